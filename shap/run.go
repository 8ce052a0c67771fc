package shap

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/stat/distuv"
)

// DefaultBudget returns how many distinct coalitions an estimator values where it
// is given no budget: all of up to 512, and beyond nine players ten a player, but
// at least 200.
func DefaultBudget(players int) int {
	if all := coalitions(players); all <= 512 {
		return all
	}
	return max(200, 10*players)
}

// coalitions returns the number of coalitions of so many players, as far as an int can tell.
func coalitions(players int) int {
	if players > 61 {
		return math.MaxInt
	}
	return 1 << players
}

// affordable reports whether a budget covers all coalitions, and they are few enough for Exact.
func affordable(players, budget int) bool {
	if budget == 0 {
		budget = DefaultBudget(players)
	}
	return players <= MaxExact && budget >= coalitions(players)
}

// evaluations returns how many coalitions are valued at most under a budget, where
// an estimator needs least: DefaultBudget where the budget is zero.
func evaluations(players, budget, least int) int {
	all := coalitions(players)
	if budget == 0 {
		budget = max(DefaultBudget(players), least)
	}
	return min(budget, all)
}

// A run is the bookkeeping of one estimation: it values every coalition once and
// knows how many it may value.
type run struct {
	name   string
	game   explain.Game
	pool   *explain.Pool
	n, k   int // players, outputs
	budget int
	seed   uint64
	empty  []float64 // v(∅)
	full   []float64 // v(N)
}

// begin checks the budget, of which at least least coalitions are needed, and
// values the empty and the full coalition.
func begin(ctx context.Context, g explain.Game, name string, budget, least int, seed uint64) (*run, error) {
	n := g.Players()
	all := coalitions(n)
	least = min(max(least, 2), all)
	if budget != 0 && budget < least {
		return nil, fmt.Errorf("shap: %s of %d players: %w", name, n, &explain.BudgetError{Need: least, Have: budget})
	}
	r := &run{name: name, game: g, pool: explain.Cache(explain.Check(g)), n: n, k: g.Outputs(), budget: evaluations(n, budget, least), seed: seed}
	ends := explain.NewCoalitions(n, 2)
	ends.Append(explain.NewCoalition(n))
	ends.Append(explain.Grand(n))
	values, err := r.value(ctx, ends)
	if err != nil {
		return nil, err
	}
	r.empty, r.full = values[:r.k:r.k], values[r.k:]
	return r, nil
}

// value returns the values of batch, rows × outputs.
func (r *run) value(ctx context.Context, batch *explain.Coalitions) ([]float64, error) {
	values := make([]float64, batch.Len()*r.k)
	if err := r.pool.Value(ctx, values, batch); err != nil {
		return nil, fmt.Errorf("shap: %s: %w", r.name, err)
	}
	return values, nil
}

// total returns v(N) − v(∅), an entry an output.
func (r *run) total() []float64 {
	total := make([]float64, r.k)
	for o := range total {
		total[o] = r.full[o] - r.empty[o]
	}
	return total
}

// attribute returns the explanation with a term for every player; scores and
// errors are players × outputs.
func (r *run) attribute(index explain.Index, scores, errs []float64) *explain.Explanation {
	x := r.explanation(index)
	for p := range r.n {
		lo, hi := p*r.k, (p+1)*r.k
		x.Terms = append(x.Terms, explain.Term{Players: []int{p}, Score: scores[lo:hi:hi], Err: errs[lo:hi:hi]})
	}
	return x
}

// explanation returns the explanation without terms.
func (r *run) explanation(index explain.Index) *explain.Explanation {
	x := explain.NewExplanation(r.game, index)
	x.Baseline, x.Full = slices.Clone(r.empty), slices.Clone(r.full)
	x.Evaluations = r.pool.Len()
	x.Estimator = explain.Provenance{Name: r.name, Budget: r.budget, Seed: r.seed}
	return x
}

// unknown returns errors of which nothing is known.
func unknown(length int) []float64 {
	errs := make([]float64, length)
	for i := range errs {
		errs[i] = math.NaN()
	}
	return errs
}

// rounds yields growing budgets, from about twice the least one to the whole,
// each a quarter larger than the one before.
func rounds(least, whole int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for budget := min(2*least, (least+whole)/2); budget < whole; budget += max(2, budget/4) {
			if !yield(budget) {
				return
			}
		}
		yield(whole)
	}
}

// widen returns the factor by which a standard error with so many degrees of
// freedom is made larger, so that 1.96 of it make an interval of 95 %.
func widen(freedom int) float64 {
	const level = 0.975
	t := distuv.StudentsT{Sigma: 1, Nu: float64(freedom)}
	return t.Quantile(level) / distuv.UnitNormal.Quantile(level)
}

func unsupported(name string, index explain.Index) error {
	return fmt.Errorf("shap: %s does not estimate %v", name, index)
}
