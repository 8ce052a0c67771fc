package shap

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// A regressor is what [Kernel] and [Leverage] have in common: all but the rates
// at which coalitions are drawn.
type regressor struct {
	name   string
	budget int
	seed   uint64
	rate   rate
}

// begin values the ends. As many pairs as there are free coefficients are the
// least that a regression can do with.
func (e regressor) begin(ctx context.Context, g explain.Game) (*regression, error) {
	r, err := begin(ctx, g, e.name, e.budget, 2*g.Players(), e.seed)
	if err != nil {
		return nil, err
	}
	return &regression{run: r, pairs: newSampler(r.n, e.seed, e.rate), rows: explain.NewCoalitions(r.n, 0)}, nil
}

func (e regressor) estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	r, err := e.begin(ctx, g)
	if err != nil {
		return nil, err
	}
	return r.upTo(ctx, r.budget)
}

func (e regressor) refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		r, err := e.begin(ctx, g)
		if err != nil {
			yield(nil, err)
			return
		}
		for budget := range rounds(2*r.n, r.budget) {
			if x, err := r.upTo(ctx, budget); !yield(x, err) || err != nil {
				return
			}
		}
	}
}

// A regression estimates Shapley values as the coefficients of the additive
// game that is closest to the game, by Kernel SHAP's weights, on pairs of
// complementary coalitions.
//
// Of a pair only the difference v(S) − v(N∖S) tells anything of Shapley values.
// So a pair is one observation, of the half-sum of the game and its dual at S:
// (v(S) − v(N∖S) + v(N) − v(∅))/2. The sum of the coefficients is known.
type regression struct {
	*run
	pairs  *sampler
	rows   *explain.Coalitions // one side of each pair
	class  []int
	values []float64 // v(S) and v(N∖S) in turn: 2 × rows × outputs
}

// upTo returns the fit to all pairs that budget coalitions allow.
func (r *regression) upTo(ctx context.Context, budget int) (*explain.Explanation, error) {
	if err := r.extend(ctx, budget); err != nil {
		return nil, err
	}
	return r.fit()
}

// extend draws and values pairs until budget coalitions are valued.
func (r *regression) extend(ctx context.Context, budget int) error {
	fresh := explain.NewCoalitions(r.n, 0)
	other := explain.NewCoalition(r.n)
	for r.pool.Len()+fresh.Len()+2 <= budget {
		c, class, ok := r.pairs.next()
		if !ok {
			break
		}
		other.Complement(c, r.n)
		fresh.Append(c)
		fresh.Append(other)
		r.rows.Append(c)
		r.class = append(r.class, class)
	}
	values, err := r.value(ctx, fresh)
	r.values = append(r.values, values...)
	return err
}

// weights returns the regression weight of every row and the share of its
// weight that was left to chance.
func (r *regression) weights() (weights, chance []float64) {
	weights, chance = make([]float64, len(r.class)), make([]float64, len(r.class))
	expected := r.pairs.expected()
	for i, at := range r.class {
		c := r.pairs.classes[at]
		mass := kernelMass(r.n, c.size)
		if 2*c.size == r.n {
			mass /= 2
		}
		weights[i] = mass / expected[at]
		chance[i] = 1 - float64(c.drawn)/c.count
	}
	return weights, chance
}

// fit solves the regression on all pairs valued so far.
func (r *regression) fit() (*explain.Explanation, error) {
	total := r.total()
	targets := make([]float64, r.rows.Len()*r.k)
	for i := range r.rows.Len() {
		for o := range r.k {
			targets[i*r.k+o] = (r.values[2*i*r.k+o] - r.values[(2*i+1)*r.k+o] + total[o]) / 2
		}
	}
	weights, chance := r.weights()
	moments := surrogate.NewMoments(r.n, r.k)
	if err := moments.Add(r.rows, weights, targets); err != nil {
		return nil, err
	}
	fit, err := moments.Constrained(total)
	if err != nil {
		return nil, fmt.Errorf("shap: %s: %w", r.name, err)
	}
	scores := make([]float64, r.n*r.k)
	for o := range r.k {
		for p, score := range fit.Coefficients(o) {
			scores[p*r.k+o] = score
		}
	}
	x := r.attribute(explain.SV, scores, fit.StdErr(r.rows, weights, chance, targets))
	x.Quality = r.quality(fit.Deviations(r.rows, weights, targets))
	return x, nil
}

// quality judges the fit on pairs that are left out of it in turn. A pair's
// deviation is that of its difference; how far the pair's sum is from
// v(∅) + v(N) no additive game can tell, so that is added.
func (r *regression) quality(deviations []float64) *explain.Quality {
	q := &explain.Quality{R2: make([]float64, r.k), HeldOut: true}
	for o := range r.k {
		var mean, rest, spread, count float64
		for i := range r.values[:len(r.values)/r.k] {
			mean += (r.values[i*r.k+o] - r.empty[o]) * float64(r.k) / float64(len(r.values))
		}
		for i := range r.rows.Len() {
			a, b := r.values[2*i*r.k+o], r.values[(2*i+1)*r.k+o]
			even, odd := (a+b-r.empty[o]-r.full[o])/2, deviations[i*r.k+o]
			if math.IsNaN(odd) {
				continue // without this pair the fit is not determined
			}
			rest += 2 * (even*even + odd*odd) // (even + odd)² + (even − odd)²
			a, b = a-r.empty[o]-mean, b-r.empty[o]-mean
			spread += a*a + b*b
			count += 2
		}
		q.R2[o] = 1 - rest/spread
		if spread == 0 {
			q.R2[o] = math.NaN()
		}
		q.Coalitions = int(count)
	}
	if q.Coalitions == 0 {
		return nil
	}
	return q
}
