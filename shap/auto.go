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
	Index    explain.Index // zero for SV
	Order    int           // of interactions; zero for 2
	Budget   int           // distinct coalitions; zero for DefaultBudget
	Seed     uint64
	Presence float64   // of WBV: the probability that another player is there; zero for ½
	Sizes    []float64 // of PV: as in Exact
}

// An AnytimeEstimator is an estimator that can also yield explanations on its way.
type AnytimeEstimator interface {
	explain.Estimator
	// Refine yields better and better explanations; the last is what Estimate
	// returns. After an error it yields no more. To stop early is to break.
	Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error]
}

// Choose returns the estimator for games of so many players, and the reason in
// words for a reader. On stored games of language, image and tabular models Bayes
// needs the fewest coalitions for the same error; with very many its own time
// would tell.
func (e Auto) Choose(players int) (estimator explain.PlannedEstimator, reason string) {
	if e.Budget == 0 {
		e.Budget = DefaultBudget(players)
	}
	why := ""
	switch {
	case affordable(players, e.Budget):
		estimator = Bayes(e).definite()
	case e.Index == explain.OV:
		estimator = Partition{Budget: e.Budget, Seed: e.Seed}
	case e.Order > 2:
		estimator, why = Proxy(e), "; interactions of an order above two"
	case e.Budget > 2*maxPairs:
		estimator, why = Proxy(e), "; so many would take others long"
	default:
		estimator = Bayes(e)
	}
	return estimator, fmt.Sprintf("%s: %s the budget of %d%s", count(players, "player"), fit(players, e.Budget), e.Budget, why)
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Auto) Evaluations(players int) int {
	estimator, _ := e.Choose(players)
	return estimator.Evaluations(players)
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

// count writes a number of things, with its plural.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// fit says whether all coalitions fit a budget.
func fit(players, budget int) string {
	switch all := coalitions(players); {
	case !affordable(players, budget):
		return power2(players) + " coalitions do not fit"
	case all == 1:
		return "the only coalition fits"
	default:
		return fmt.Sprintf("all %d coalitions fit", all)
	}
}

// power2 writes 2 to the number of players, as a power where it has many digits.
func power2(players int) string {
	if players <= 20 {
		return fmt.Sprint(coalitions(players))
	}
	return fmt.Sprintf("2^%d", players)
}
