package shap

import (
	"context"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// paired is what the estimators that draw pairs of complementary coalitions
// have in common; they differ in the rates of drawing and in the fit.
type paired struct {
	name   string
	budget int
	least  int // the budget must have
	seed   uint64
	rate   rate
	fit    func(d *drawing) (*explain.Explanation, error)
}

// begin values the ends.
func (e paired) begin(ctx context.Context, g explain.Game) (*drawing, error) {
	r, err := begin(ctx, g, e.name, e.budget, e.least, e.seed)
	if err != nil {
		return nil, err
	}
	return &drawing{run: r, pairs: newSampler(r.n, e.seed, e.rate), rows: explain.NewCoalitions(r.n, 0), total: r.total()}, nil
}

// estimate draws all pairs that the budget allows and fits them once.
func (e paired) estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	d, err := e.begin(ctx, g)
	if err != nil {
		return nil, err
	}
	if err := d.extend(ctx, d.budget); err != nil {
		return nil, err
	}
	return e.fit(d)
}

// refine fits anew whenever a quarter more coalitions may be valued: a fit costs
// time of its own.
func (e paired) refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		d, err := e.begin(ctx, g)
		if err != nil {
			yield(nil, err)
			return
		}
		for budget := range rounds(e.least, d.budget) {
			var x *explain.Explanation
			if err = d.extend(ctx, budget); err == nil {
				x, err = e.fit(d)
			}
			if !yield(x, err) || err != nil {
				return
			}
		}
	}
}

// A drawing is a run that has valued some pairs.
//
// Of a pair only the difference v(S) − v(N∖S) tells anything of Shapley values.
// So a pair is one observation, of the half-sum of the game and its dual at S.
type drawing struct {
	*run
	pairs  *sampler
	rows   *explain.Coalitions // the smaller side of each pair
	class  []int               // of each pair
	values []float64           // v(S) and v(N∖S) in turn: 2 × rows × outputs
	total  []float64           // v(N) − v(∅)
}

// extend draws and values pairs until budget coalitions are valued.
func (d *drawing) extend(ctx context.Context, budget int) error {
	fresh := explain.NewCoalitions(d.n, 0)
	other := explain.NewCoalition(d.n)
	for d.pool.Len()+fresh.Len()+2 <= budget {
		c, class, ok := d.pairs.next()
		if !ok {
			break
		}
		other.Complement(c, d.n)
		fresh.Append(c)
		fresh.Append(other)
		d.rows.Append(c)
		d.class = append(d.class, class)
	}
	values, err := d.value(ctx, fresh)
	d.values = append(d.values, values...)
	return err
}

// both returns v(S) and v(N∖S) of pair i.
func (d *drawing) both(i, output int) (float64, float64) {
	return d.values[2*i*d.k+output], d.values[(2*i+1)*d.k+output]
}

// targets returns the half-sums of the game and its dual, without v(∅), at the
// smaller sides: (v(S) − v(N∖S) + v(N) − v(∅))/2, rows × outputs.
func (d *drawing) targets() []float64 {
	targets := make([]float64, d.rows.Len()*d.k)
	for i := range d.rows.Len() {
		for o := range d.k {
			a, b := d.both(i, o)
			targets[i*d.k+o] = (a - b + d.total[o]) / 2
		}
	}
	return targets
}
