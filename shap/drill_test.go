package shap_test

import (
	"math"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/shap"
)

func TestDrillConformance(t *testing.T) {
	for name, e := range map[string]shap.Drill{"drill": {}, "few": {Budget: 141, Seed: 1}, "three groups": {Budget: 300, Groups: 3}} {
		t.Run(name, func(t *testing.T) { explaintest.TestEstimator(t, e, explaintest.Claims{Adaptive: true, Pooled: true}) })
	}
}

// twoLevels returns the Owen values of groups and their players by definition: a
// group arrives among the groups, and then its players one by one.
func twoLevels(t *testing.T, g explain.Game, groups [][]int) []float64 {
	t.Helper()
	n := g.Players()
	all := explain.NewCoalitions(n, 1<<n)
	for bits := range uint64(1 << n) {
		all.Append(explain.Coalition{bits})
	}
	values := make([]float64, all.Len())
	if err := g.Value(t.Context(), values, all); err != nil {
		t.Fatal(err)
	}
	phi := make([]float64, n)
	for b, group := range groups {
		others := slices.Delete(slices.Clone(groups), b, b+1)
		for s := range 1 << len(others) {
			context, size := uint64(0), 0
			for i, o := range others {
				if s>>i&1 != 0 {
					size++
					for _, p := range o {
						context |= 1 << p
					}
				}
			}
			share := 1 / float64(len(groups)) / choose(len(others), size)
			for inside := range 1 << len(group) {
				there, have := context, 0
				for i, p := range group {
					if inside>>i&1 != 0 {
						there, have = there|1<<p, have+1
					}
				}
				for i, p := range group {
					if inside>>i&1 == 0 {
						phi[p] += share / float64(len(group)) / choose(len(group)-1, have) * (values[there|1<<p] - values[there])
					}
				}
			}
		}
	}
	return phi
}

// TestDrillIntervals: on real games intervals hold the Owen values of the two levels.
func TestDrillIntervals(t *testing.T) {
	held, all := 0.0, 0.0
	for _, g := range language(t, shap.Exact{}) {
		groups := [][]int{{0, 1}, {2, 3, 4, 5, 6}}
		last := []int{}
		for p := 7; p < g.Players(); p++ {
			last = append(last, p)
		}
		groups = append(groups, last)
		want := twoLevels(t, g, groups)
		for seed := range uint64(10) {
			x, err := shap.Drill{Budget: 14 * g.Players(), Seed: seed, Groups: 3, Tree: nested(groups)}.Estimate(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			for p, term := range x.Terms {
				if all++; math.Abs(term.Score[0]-want[p]) <= 1.96*term.Err[0] {
					held++
				}
			}
		}
	}
	if share := held / all; share < 0.92 || share > 0.98 {
		t.Errorf("%.3f of the intervals hold", share)
	}
}

// nested returns a tree with the groups at its top.
func nested(groups [][]int) *explain.Tree {
	if len(groups) > 1 {
		half := len(groups) / 2
		return &explain.Tree{Left: nested(groups[:half]), Right: nested(groups[half:])}
	}
	if players := groups[0]; len(players) == 1 {
		return &explain.Tree{Player: players[0]}
	}
	return &explain.Tree{Left: nested([][]int{groups[0][:1]}), Right: nested([][]int{groups[0][1:]})}
}

// TestDrillFindsWords: of a document of a thousand players the few that matter,
// within the groups that hold them; what is left closed is told.
func TestDrillFindsWords(t *testing.T) {
	worth := make([]float64, 1000)
	worth[17], worth[18], worth[640] = 5, 3, -4
	x, err := shap.Drill{Budget: 3000}.Estimate(t.Context(), explaintest.Additive(1, worth...))
	if err != nil {
		t.Fatal(err)
	}
	for p, term := range x.Terms {
		if math.Abs(term.Score[0]-worth[p]) > 1e-6 {
			t.Errorf("player %d has %v, want %v", p, term.Score[0], worth[p])
		}
	}
	if x.Evaluations > 3000 || len(x.Unresolved) == 0 {
		t.Errorf("%d coalitions valued, %d groups left closed", x.Evaluations, len(x.Unresolved))
	}
}
