package shap

import (
	"context"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Leverage estimates Shapley values by Leverage SHAP (Musco & Witter 2024):
// the regression of [Kernel], with coalitions drawn in proportion to their
// leverage in it, which gives large and small sizes the same share. It has
// guarantees that Kernel SHAP lacks; on the games of language models Kernel is
// as good or better.
type Leverage struct {
	Budget int // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Leverage) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values Budget coalitions and returns the Shapley values.
func (e Leverage) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	return paired{"leverage", e.Budget, 2 * g.Players(), e.Seed, leverageMass, regress}.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e Leverage) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return paired{"leverage", e.Budget, 2 * g.Players(), e.Seed, leverageMass, regress}.refine(ctx, g)
}
