package shap

import (
	"context"
	"fmt"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Auto chooses an estimator by the index, the size of the game and the budget,
// and says why in the explanation's provenance. [Auto.Choose] holds the policy.
type Auto struct {
	Index  explain.Index // zero for SV
	Order  int           // of interactions; zero for 2
	Budget int           // distinct coalitions; zero for DefaultBudget
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
// words for a reader. The first line that holds decides:
//
//	all coalitions fit the budget         Exact
//	OV                                    Partition
//	WBV, PV                               Exact, which refuses large games
//	Moebius, Fourier, orders above two    Proxy
//	more than 8192 coalitions             Proxy
//	otherwise                             Bayes
//
// On stored games of language, image and tabular models Bayes needs the fewest
// coalitions for the same error; with very many its own time would tell.
func (e Auto) Choose(players int) (estimator explain.Estimator, reason string) {
	budget := e.Budget
	if budget == 0 {
		budget = DefaultBudget(players)
	}
	exact := Exact{Index: e.Index, Order: e.Order}
	if affordable(players, budget) {
		return exact, fmt.Sprintf("%s: %s the budget of %d", count(players, "player"), allFit(coalitions(players)), budget)
	}
	why := fmt.Sprintf("%s: %s coalitions do not fit the budget of %d", count(players, "player"), power2(players), budget)
	switch e.Index {
	case explain.OV:
		return Partition{Budget: e.Budget, Seed: e.Seed}, why
	case explain.WBV, explain.PV:
		return exact, why
	case explain.Moebius, explain.Fourier:
		return Proxy(e), why
	}
	if e.Order > 2 || budget > 2*maxPairs {
		return Proxy(e), why
	}
	return Bayes(e), why
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
