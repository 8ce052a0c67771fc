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
// words for a reader. The first line that holds decides:
//
//	all coalitions fit the budget   Exact
//	OV                              Partition
//	orders above two                Proxy
//	more than 8192 coalitions       Proxy
//	otherwise                       Bayes
//
// On stored games of language, image and tabular models Bayes needs the fewest
// coalitions for the same error; with very many its own time would tell.
func (e Auto) Choose(players int) (estimator explain.Estimator, reason string) {
	if e.Budget == 0 {
		e.Budget = DefaultBudget(players)
	}
	for _, r := range policy() {
		if r.holds(e, players) {
			return r.use(e), fmt.Sprintf("%s: %s the budget of %d%s", count(players, "player"), fit(players, e.Budget), e.Budget, r.why)
		}
	}
	panic("shap: the policy's last rule holds always")
}

// A rule is a line of the policy.
type rule struct {
	when, name string // as the comment of Choose has them
	why        string // what a reader is told beside whether all coalitions fit
	holds      func(e Auto, players int) bool
	use        func(e Auto) explain.Estimator
}

func policy() []rule {
	proxy := func(e Auto) explain.Estimator { return Proxy(e) }
	return []rule{
		{"all coalitions fit the budget", "Exact", "",
			func(e Auto, players int) bool { return affordable(players, e.Budget) },
			func(e Auto) explain.Estimator { return Bayes(e).definite() }},
		{"OV", "Partition", "",
			func(e Auto, _ int) bool { return e.Index == explain.OV },
			func(e Auto) explain.Estimator { return Partition{Budget: e.Budget, Seed: e.Seed} }},
		{"orders above two", "Proxy", "; interactions of an order above two", func(e Auto, _ int) bool { return e.Order > 2 }, proxy},
		{fmt.Sprintf("more than %d coalitions", 2*maxPairs), "Proxy", "; so many would take others long",
			func(e Auto, _ int) bool { return e.Budget > 2*maxPairs }, proxy},
		{"otherwise", "Bayes", "", func(Auto, int) bool { return true }, func(e Auto) explain.Estimator { return Bayes(e) }},
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

func power2(players int) string {
	if players <= 20 {
		return fmt.Sprint(coalitions(players))
	}
	return fmt.Sprintf("2^%d", players)
}
