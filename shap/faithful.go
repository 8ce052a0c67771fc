package shap

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// Faithful estimates faithful interactions (Tsai et al. 2023) by regression: the
// game of interactions up to an order that is closest to the game, fitted to
// complementary pairs of its coalitions. By Kernel SHAP's weights, with the sum
// kept exactly, its coefficients are FSII; with all coalitions weighing the same
// they are FBII, of which those of order one are the Banzhaf values. When all
// coalitions are valued they are exact.
//
// Standard errors are those of the regression under repeated drawing of pairs
// (the sandwich HC2), with the correction for drawing from finitely many. The
// budget must cover twice as many coalitions as there are interactions of even
// size, or of odd size, and should be a few times as large.
type Faithful struct {
	Index  explain.Index // FSII, FBII or BV; zero for FSII
	Order  int           // of FSII and FBII; zero for 2
	Budget int           // distinct coalitions; zero for DefaultBudget, or twice as many as it takes
	Seed   uint64
}

// maxCoefficients is the largest number of coefficients that Faithful fits.
const maxCoefficients = 2048

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Faithful) Evaluations(players int) int {
	p, err := e.paired(players)
	if err != nil {
		return 0 // what Estimate refuses asks for nothing
	}
	return evaluations(players, p.budget, p.least)
}

// Estimate values Budget coalitions and returns the index.
func (e Faithful) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	p, err := e.paired(g.Players())
	if err != nil {
		return nil, err
	}
	return p.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e Faithful) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	p, err := e.paired(g.Players())
	if err != nil {
		return func(yield func(*explain.Explanation, error) bool) { yield(nil, err) }
	}
	return p.refine(ctx, g)
}

// paired draws by the weights of the regression: coalitions that weigh the same are
// then drawn in proportion, and no row has an outsized part in the fit.
func (e Faithful) paired(n int) (paired, error) {
	f := features{index: e.Index, order: e.Order, players: n}
	if f.index == 0 {
		f.index = explain.FSII
	}
	switch {
	case f.index == explain.BV && e.Order < 2:
		f.order = 1
	case f.index != explain.FSII && f.index != explain.FBII:
		return paired{}, unsupported("faithful", f.index)
	case f.order == 0:
		f.order = 2
	}
	if f.order < 1 {
		return paired{}, fmt.Errorf("shap: faithful: order %d", f.order)
	}
	f.order = max(1, min(f.order, n))
	if !f.list() {
		return paired{}, fmt.Errorf("shap: faithful: interactions of order %d of %d players have more than %d coefficients", f.order, n, maxCoefficients)
	}
	rate := kernelMass
	if f.index != explain.FSII {
		rate = countMass
	}
	budget := e.Budget
	if budget == 0 {
		budget = max(DefaultBudget(n), 2*f.least())
	}
	return paired{"faithful", budget, f.least(), e.Seed, rate, f.fit}, nil
}

// features are the sets of players that have a coefficient.
type features struct {
	index          explain.Index
	order, players int
	sets           [][]int
}

// list makes up the sets, by size, and reports whether they are few enough.
func (f *features) list() bool {
	last := [][]int{nil}
	for range f.order {
		var next [][]int
		for _, set := range last {
			from := 0
			if len(set) > 0 {
				from = set[len(set)-1] + 1
			}
			for p := from; p < f.players; p++ {
				next = append(next, append(slices.Clone(set), p))
			}
			// Within the loop: sets of a high order among many players would not
			// fit in memory.
			if len(f.sets)+len(next) > maxCoefficients {
				return false
			}
		}
		f.sets = append(f.sets, next...)
		last = next
	}
	return true
}

// least returns how many coalitions determine the coefficients. The difference of
// a pair tells of sets of odd size and its sum of sets of even size, so there
// must be as many pairs as there are sets of either.
func (f *features) least() int {
	var sets [2]int
	for _, set := range f.sets {
		sets[len(set)%2]++
	}
	return 2*max(sets[0], sets[1]) + 2
}

// width returns the number of coefficients. FBII has two more: that of the empty
// set, and one of no feature at all, which frees the others from adding up to a
// given total.
func (f *features) width() int {
	if f.index == explain.FSII {
		return len(f.sets)
	}
	return len(f.sets) + 2
}

// expand returns which sets are within a coalition.
func (f *features) expand(dst, c explain.Coalition) {
	clear(dst)
	for i, set := range f.sets {
		if !slices.ContainsFunc(set, func(p int) bool { return !c.Has(p) }) {
			dst.Add(i)
		}
	}
	if f.index != explain.FSII {
		dst.Add(len(f.sets))
	}
}

// design returns the rows of the regression, both sides of a pair in turn, with
// their weights, chances, and values above v(∅).
func (f *features) design(d *drawing) (rows *explain.Coalitions, weights, chance, values []float64) {
	rows = explain.NewCoalitions(f.width(), 2*d.rows.Len()+2)
	row, other := explain.NewCoalition(f.width()), explain.NewCoalition(d.n)
	add := func(c explain.Coalition, weight, free float64, value []float64) {
		f.expand(row, c)
		rows.Append(row)
		weights, chance = append(weights, weight), append(chance, free)
		for o, v := range value {
			values = append(values, v-d.empty[o])
		}
	}
	// The free share of a row's weight was left to chance; the rest, of sizes that
	// were enumerated, has no sampling error.
	weight, free := d.weights(f.mass)
	for i, c := range d.rows.All() {
		other.Complement(c, d.n)
		add(c, weight[i], free[i], d.values[2*i*d.k:(2*i+1)*d.k])
		add(other, weight[i], free[i], d.values[(2*i+1)*d.k:(2*i+2)*d.k])
	}
	if f.index != explain.FSII { // the ends have a weight like any other, and not an infinite one
		end := f.mass(d.n, d.n)
		add(explain.Grand(d.n), end, 0, d.full)
		add(explain.NewCoalition(d.n), end, 0, d.empty)
	}
	return rows, weights, chance, values
}

// mass returns what the coalitions of a size weigh together in the regression: the
// Shapley kernel for FSII, binomial for FBII, where all coalitions weigh the same.
func (f *features) mass(players, size int) float64 {
	if f.index == explain.FSII {
		return kernelMass(players, size)
	}
	return countMass(players, size)
}

// fit constrains the coefficients of FSII to add up to v(N) − v(∅). For FBII the
// constraint is empty: a coefficient of no feature takes up what is left of the
// sum.
func (f *features) fit(d *drawing) (*explain.Explanation, error) {
	rows, weights, chance, values := f.design(d)
	moments := surrogate.NewMoments(f.width(), d.k)
	if err := moments.Add(rows, weights, values); err != nil {
		return nil, err
	}
	fit, err := moments.Constrained(d.total)
	if err != nil {
		return nil, fmt.Errorf("shap: faithful: %w", err)
	}
	errs := fit.StdErr(rows, 2, weights, chance, halfway(fit.Residuals(rows, values), fit.Deviations(rows, 2, weights, values)))
	x := d.explanation(f.index)
	x.Order = f.order
	sets := f.sets
	if f.index == explain.FBII {
		sets = append(slices.Clone(sets), []int{})
	}
	for i, set := range sets {
		term := explain.Term{Players: set, Score: make([]float64, d.k), Err: errs[i*d.k : (i+1)*d.k : (i+1)*d.k]}
		for o := range d.k {
			term.Score[o] = fit.Coefficients(o)[i]
			if len(set) == 0 {
				term.Score[o] += d.empty[o]
			}
		}
		x.Terms = append(x.Terms, term)
	}
	return x, nil
}
