package shap

import (
	"context"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Kernel estimates Shapley values by Kernel SHAP (Lundberg & Lee 2017): the
// additive game closest to the game under the Shapley kernel, fitted to some of
// its coalitions. Coalitions come in complementary pairs (Covert & Lee 2021) and
// none twice; sizes that have few are enumerated; the values add up exactly.
// No player's value is forced to zero. When the budget covers all coalitions
// the values are exact.
//
// Standard errors are those of the regression under repeated drawing of
// coalitions (the HC3 sandwich), with the correction for drawing from finitely many.
type Kernel struct {
	Budget int // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Kernel) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values Budget coalitions and returns the Shapley values.
func (e Kernel) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	return paired{"kernel", e.Budget, 2 * g.Players(), e.Seed, kernelMass, regress}.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e Kernel) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return paired{"kernel", e.Budget, 2 * g.Players(), e.Seed, kernelMass, regress}.refine(ctx, g)
}
