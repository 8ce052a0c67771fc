package shap_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/shap"
)

// neighbours is the game of lime/testdata/sparse.py.
func neighbours(players int) explain.Game {
	return explain.Func(players, func(c explain.Coalition) float64 {
		sum := 0.25
		for p := range c.Players() {
			sum += float64(p*7%5) - 1.5
			if p > 0 && c.Has(p-1) {
				sum += 0.5 * float64(p%3)
			}
			if p > 2 && c.Has(p-3) {
				sum -= 0.75
			}
		}
		return sum * math.Abs(sum) / 8
	})
}

// TestLSHAPGolden compares with icx360's L-SHAP.
func TestLSHAPGolden(t *testing.T) {
	file, err := os.ReadFile("../lime/testdata/sparse.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		LSHAP []struct {
			Players, Neighbors, Most int
			Scores                   []float64
		}
	}
	if err := json.Unmarshal(file, &golden); err != nil || len(golden.LSHAP) == 0 {
		t.Fatal(err)
	}
	for _, c := range golden.LSHAP {
		x, err := shap.LSHAP{Neighbors: c.Neighbors, Most: c.Most}.Estimate(t.Context(), neighbours(c.Players))
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range c.Scores {
			if got := x.Terms[p].Score[0]; math.Abs(got-want) > 1e-12 {
				t.Errorf("%+v: player %d has %v, want %v", c, p, got, want)
			}
		}
	}
}

// TestLSHAPReach: with all players within reach L-SHAP is the Shapley value, also
// of so few that the numbers of neighbours run out.
func TestLSHAPReach(t *testing.T) {
	for players := 1; players < 8; players++ {
		x, err := shap.LSHAP{Neighbors: 9, Most: 9}.Estimate(t.Context(), neighbours(players))
		if err != nil {
			t.Fatal(err)
		}
		want, err := shap.Exact{}.Estimate(t.Context(), neighbours(players))
		if err != nil {
			t.Fatal(err)
		}
		for p, term := range x.Terms {
			if math.Abs(term.Score[0]-want.Terms[p].Score[0]) > 1e-9 {
				t.Errorf("%d players: player %d has %v, want %v", players, p, term.Score, want.Terms[p].Score)
			}
		}
	}
	if _, err := (shap.LSHAP{Neighbors: 30, Most: 30}).Estimate(t.Context(), neighbours(60)); err == nil {
		t.Error("2^60 coalitions are no error")
	}
}

// TestLeaveOneOut: it is the probabilistic value of the largest coalitions.
func TestLeaveOneOut(t *testing.T) {
	g := neighbours(9)
	want, err := shap.Exact{Index: explain.PV, Sizes: []float64{8: 1}}.Estimate(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	x, err := shap.LeaveOneOut{}.Estimate(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	for p, term := range x.Terms {
		if math.Abs(term.Score[0]-want.Terms[p].Score[0]) > 1e-9 {
			t.Errorf("player %d has %v, want %v", p, term.Score, want.Terms[p].Score)
		}
	}
	if x.Evaluations != 11 {
		t.Errorf("%d coalitions valued", x.Evaluations)
	}
}

func TestLocalConformance(t *testing.T) {
	for name, e := range map[string]explain.Estimator{"leave-one-out": shap.LeaveOneOut{}, "l-shap": shap.LSHAP{}} {
		t.Run(name, func(t *testing.T) { explaintest.TestEstimator(t, e, explaintest.Claims{Ordered: true}) })
	}
}
