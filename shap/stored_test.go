package shap_test

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/stored"
	"github.com/whence-xai/whence/shap"
)

// A measured game is a stored one with its exact values.
type measured struct {
	explain.Game
	name  string
	truth []explain.Term
}

// load returns the stored games whose names match, with the values of an index.
func load(t *testing.T, pattern string, exact shap.Exact) []measured {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "games", pattern+".npz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no games %s: %v", pattern, err)
	}
	var games []measured
	for _, file := range files {
		g, err := stored.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		x, err := exact.Estimate(t.Context(), g)
		if err != nil {
			t.Fatal(err)
		}
		games = append(games, measured{g, filepath.Base(file), x.Terms})
	}
	return games
}

// language returns the games of language models, on which coverage is promised.
func language(t *testing.T) []measured {
	t.Helper()
	return append(load(t, "lm14logit_*", shap.Exact{}), load(t, "mini12_*", shap.Exact{})...)
}

// TestIntervalsHold: intervals of ± 1.96 standard errors hold the exact value
// in 92 to 98 of a hundred cases, pooled over games, seeds and players.
func TestIntervalsHold(t *testing.T) {
	const seeds = 6
	games := language(t)
	for name, with := range map[string]func(budget int, seed uint64) explain.Estimator{
		"kernel":      func(b int, s uint64) explain.Estimator { return shap.Kernel{Budget: b, Seed: s} },
		"leverage":    func(b int, s uint64) explain.Estimator { return shap.Leverage{Budget: b, Seed: s} },
		"proxy":       func(b int, s uint64) explain.Estimator { return shap.Proxy{Budget: b, Seed: s} },
		"svarm":       func(b int, s uint64) explain.Estimator { return shap.SVARM{Budget: b, Seed: s} },
		"msr":         func(b int, s uint64) explain.Estimator { return shap.MSR{Budget: b, Seed: s} },
		"permutation": func(b int, s uint64) explain.Estimator { return shap.Permutation{Budget: b, Seed: s} },
	} {
		for _, perPlayer := range []int{5, 10, 20, 40} {
			held, all := 0.0, 0.0
			for _, g := range games {
				for seed := range uint64(seeds) {
					x, err := with(perPlayer*g.Players(), seed).Estimate(t.Context(), g)
					if err != nil {
						t.Fatal(err)
					}
					for p, term := range x.Terms {
						all++
						if math.Abs(term.Score[0]-g.truth[p].Score[0]) <= 1.96*term.Err[0] {
							held++
						}
					}
				}
			}
			t.Logf("%s, %d coalitions a player: %.3f of %v intervals hold", name, perPlayer, held/all, all)
			if share := held / all; share < 0.92 || share > 0.98 {
				t.Errorf("%s, %d coalitions a player: %.3f of %v intervals hold, want 0.92 to 0.98", name, perPlayer, share, all)
			}
		}
	}
}
