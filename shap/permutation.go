package shap

import (
	"context"
	"iter"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
)

// Permutation estimates Shapley values as the mean of what players add when
// they arrive in random orders (Castro et al. 2009). Every order is followed by
// its reverse, which cancels much of the chance (Mitchell et al. 2022). The
// values add up exactly, and a player that adds nothing gets exactly nothing.
//
// Standard errors come from the spread over pairs of orders, and are unknown
// where there is but one. Where the budget covers all coalitions the values
// are exact.
type Permutation struct {
	Budget int // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Permutation) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values up to Budget coalitions and returns the Shapley values.
func (e Permutation) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	if affordable(g.Players(), e.Budget) {
		return e.exact(ctx, g)
	}
	return e.arrivals().estimate(ctx, g)
}

// Refine yields better and better explanations until the budget does not allow
// another pair of orders; the last is what Estimate returns. After an error it
// yields no more.
func (e Permutation) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	if affordable(g.Players(), e.Budget) {
		return func(yield func(*explain.Explanation, error) bool) { yield(e.exact(ctx, g)) }
	}
	return e.arrivals().refine(ctx, g)
}

// exact keeps the estimator's name: the reader asked for it, and the numbers are
// what it would come to with all orders.
func (e Permutation) exact(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	x, err := Exact{}.Estimate(ctx, g)
	if err == nil {
		x.Estimator.Name, x.Estimator.Seed = "permutation", e.Seed
	}
	return x, err
}

func (e Permutation) arrivals() arrivals {
	return arrivals{"permutation", explain.SV, e.Budget, e.Seed, shuffle}
}

// shuffle brings players in any order, all orders being equally likely.
func shuffle(rng *rand.Rand, order []int) {
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
}
