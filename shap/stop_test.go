package shap_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/shap"
)

// TestStoppedClaimsHold: over real games and seeds, the players that a run stopped
// by the rule calls the leading ones are that in 95 of a hundred runs, and
// intervals of the error asked for hold as often, though the rule was asked at
// every step of the way.
func TestStoppedClaimsHold(t *testing.T) {
	games := language(t, shap.Exact{})
	for name, with := range map[string]func(budget int, seed uint64) shap.AnytimeEstimator{
		"bayes":       func(b int, s uint64) shap.AnytimeEstimator { return shap.Bayes{Budget: b, Seed: s} },
		"kernel":      func(b int, s uint64) shap.AnytimeEstimator { return shap.Kernel{Budget: b, Seed: s} },
		"leverage":    func(b int, s uint64) shap.AnytimeEstimator { return shap.Leverage{Budget: b, Seed: s} },
		"permutation": func(b int, s uint64) shap.AnytimeEstimator { return shap.Permutation{Budget: b, Seed: s} },
	} {
		var leading, within tally
		for _, g := range games {
			for seed := range uint64(6) {
				refine := with(40*g.Players(), seed).Refine
				for _, top := range []int{1, 3, 5} {
					x, reason, err := explain.StopRule{StableTop: top}.Run(refine(t.Context(), g))
					if err != nil {
						t.Fatal(err)
					}
					if reason != "" {
						leading.add(slices.Equal(leaders(x.Terms, top), leaders(g.truth, top)))
					}
				}
				const most = 0.03
				x, reason, err := explain.StopRule{MaxError: most}.Run(refine(t.Context(), g))
				if err != nil {
					t.Fatal(err)
				}
				for p, term := range x.Terms {
					if reason != "" {
						within.add(math.Abs(term.Score[0]-g.truth[p].Score[0]) <= 1.96*most*spread(x.Terms))
					}
				}
			}
		}
		if leading.held < 0.95*leading.all || leading.all < 10 {
			t.Errorf("%s: %v of %v claims about leading players hold", name, leading.held, leading.all)
		}
		if within.held < 0.95*within.all || within.all < 100 {
			t.Errorf("%s: %v of %v scores are as near as was asked for", name, within.held, within.all)
		}
	}
}

type tally struct{ held, all float64 }

func (t *tally) add(held bool) {
	t.all++
	if held {
		t.held++
	}
}

// leaders returns the players of the largest scores, ascending.
func leaders(terms []explain.Term, top int) []int {
	order := slices.Clone(terms)
	slices.SortStableFunc(order, func(a, b explain.Term) int {
		return cmp.Compare(math.Abs(b.Score[0]), math.Abs(a.Score[0]))
	})
	var players []int
	for _, t := range order[:top] {
		players = append(players, t.Players[0])
	}
	slices.Sort(players)
	return players
}

func spread(terms []explain.Term) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, t := range terms {
		low, high = min(low, t.Score[0]), max(high, t.Score[0])
	}
	return high - low
}
