package shap

import (
	"context"
	"fmt"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Auto chooses an estimator of Shapley values by the size of the game and the
// budget, and says why in the explanation's provenance. The policy is the table
// in its [Auto.Choose].
type Auto struct {
	Budget int // distinct coalitions; zero for DefaultBudget
	Seed   uint64
}

// An AnytimeEstimator is an estimator that can also yield explanations on its way.
type AnytimeEstimator interface {
	explain.Estimator
	// Refine yields better and better explanations; the last is what Estimate
	// returns. After an error it yields no more. To stop early is to break.
	Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error]
}

// Choose returns the estimator for games of so many players, and the reason in
// words for a reader:
//
//	all coalitions fit the budget, and players are at most 24   Exact
//	otherwise                                                   Kernel
func (e Auto) Choose(players int) (estimator explain.Estimator, reason string) {
	budget := e.Budget
	if budget == 0 {
		budget = DefaultBudget(players)
	}
	switch all := coalitions(players); {
	case affordable(players, budget):
		return Exact{}, fmt.Sprintf("%s: %s the budget of %d", count(players, "player"), allFit(all), budget)
	default:
		return Kernel(e),
			fmt.Sprintf("%s: %s coalitions do not fit the budget of %d", count(players, "player"), power2(players), budget)
	}
}

// Estimate runs the estimator chosen.
func (e Auto) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	estimator, reason := e.Choose(g.Players())
	x, err := estimator.Estimate(ctx, g)
	if err != nil {
		return nil, err
	}
	x.Estimator.Reason = reason
	return x, nil
}

// Refine runs the estimator chosen, which yields but once where it is exact.
func (e Auto) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	estimator, reason := e.Choose(g.Players())
	return func(yield func(*explain.Explanation, error) bool) {
		anytime, ok := estimator.(AnytimeEstimator)
		if !ok {
			yield(e.Estimate(ctx, g))
			return
		}
		for x, err := range anytime.Refine(ctx, g) {
			if err == nil {
				x.Estimator.Reason = reason
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func allFit(all int) string {
	if all == 1 {
		return "the only coalition fits"
	}
	return fmt.Sprintf("all %d coalitions fit", all)
}

func power2(players int) string {
	if players <= 20 {
		return fmt.Sprint(coalitions(players))
	}
	return fmt.Sprintf("2^%d", players)
}
