package lime

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
)

func TestConformance(t *testing.T) {
	explaintest.TestEstimator(t, Lime{}, explaintest.Claims{})
	for _, selection := range []Selection{Auto, Forward, Highest, LassoPath} {
		t.Run(selection.String(), func(t *testing.T) {
			l := Lime{Samples: 400, Selection: selection, Features: 4, Seed: 7}
			explaintest.TestEstimator(t, l, explaintest.Claims{Adaptive: true})
		})
	}
}

func estimate(t *testing.T, l explain.Estimator, g explain.Game) *explain.Explanation {
	t.Helper()
	x, err := l.Estimate(t.Context(), g)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestAdditive: a surrogate without penalty finds an additive game out; the
// default penalty shrinks its scores, less and less with more samples.
func TestAdditive(t *testing.T) {
	worth := []float64{0.5, -2, 0, 3, 1, -0.25, 4, 1.5}
	g := explaintest.Additive(10, worth...)
	far := func(x *explain.Explanation) (largest float64) {
		for p, term := range x.Terms {
			largest = max(largest, math.Abs(term.Score[0]-worth[p]))
		}
		return largest
	}
	x := estimate(t, Lime{Samples: 200, Ridge: 1e-9}, g)
	if d := far(x); d > 1e-8 {
		t.Errorf("without penalty off by %v", d)
	}
	s := x.Surrogate
	if math.Abs(s.Intercept[0]-10) > 1e-7 || math.Abs(s.Prediction[0]-x.Full[0]) > 1e-7 || math.Abs(s.R2[0]-1) > 1e-9 {
		t.Errorf("surrogate %+v of an additive game from 10 to %v", *s, x.Full[0])
	}
	last := math.Inf(1)
	for _, samples := range []int{50, 500, 5000, 50_000} {
		d := far(estimate(t, Lime{Samples: samples}, g))
		if d > last/3 {
			t.Errorf("%d samples: off by %v, after %v with a tenth of them", samples, d, last)
		}
		last = d
	}
}

// TestFewPlayers: no players, and one who is always taken away.
func TestFewPlayers(t *testing.T) {
	nobody := estimate(t, Lime{}, explain.Func(0, func(explain.Coalition) float64 { return 3 }))
	if len(nobody.Terms) != 0 || nobody.Evaluations != 1 || nobody.Surrogate.Intercept[0] != 3 || nobody.Surrogate.Prediction[0] != 3 {
		t.Errorf("no players: %+v, surrogate %+v", nobody, nobody.Surrogate)
	}
	one := estimate(t, Lime{Ridge: 1e-12}, explaintest.Additive(1, 2))
	if math.Abs(one.Terms[0].Score[0]-2) > 1e-9 || one.Evaluations != 2 {
		t.Errorf("one player has %v after %d evaluations", one.Terms[0].Score, one.Evaluations)
	}
}

// TestUnselected: who is not selected scores zero, and no error is claimed for anybody.
func TestUnselected(t *testing.T) {
	g := explaintest.Additive(0, 1, -5, 0.5, 4, -3, 0.1)
	for _, selection := range []Selection{Auto, Forward, Highest, LassoPath} {
		x := estimate(t, Lime{Selection: selection, Features: 3}, g)
		for p, term := range x.Terms {
			if selected := slices.Contains([]int{1, 3, 4}, p); selected != (term.Score[0] != 0) {
				t.Errorf("%v: player %d scores %v", selection, p, term.Score[0])
			}
			if !math.IsNaN(term.Err[0]) {
				t.Errorf("%v: player %d has error %v", selection, p, term.Err[0])
			}
		}
		if len(x.Warnings) != 1 || !strings.Contains(x.Warnings[0], "3 of 6") {
			t.Errorf("%v: warnings %q", selection, x.Warnings)
		}
	}
	if x := estimate(t, Lime{}, g); math.IsNaN(x.MaxErr(0)) || len(x.Warnings) != 0 {
		t.Errorf("no selection: largest error %v, warnings %q", x.MaxErr(0), x.Warnings)
	}
}

// TestAuto: forward selection of up to six players, highest weights beyond.
func TestAuto(t *testing.T) {
	g := explaintest.Random(1, 12, 4, 60)
	for features, same := range map[int]Lime{6: {Features: 6, Selection: Forward}, 7: {Features: 7, Selection: Highest}, 12: {}, 40: {}} {
		auto := estimate(t, Lime{Features: features}, g)
		explicit := estimate(t, same, g)
		for p := range auto.Terms {
			if auto.Terms[p].Score[0] != explicit.Terms[p].Score[0] {
				t.Errorf("%d features: player %d scores %v, by %v %v", features, p, auto.Terms[p].Score[0], same.Selection, explicit.Terms[p].Score[0])
			}
		}
	}
}

// TestSeed: seeds change the coalitions.
func TestSeed(t *testing.T) {
	g := explaintest.Random(2, 12, 4, 60)
	a, b := estimate(t, Lime{Samples: 100, Seed: 1}, g), estimate(t, Lime{Samples: 100, Seed: 2}, g)
	if a.Terms[0].Score[0] == b.Terms[0].Score[0] {
		t.Error("seeds 1 and 2 give the same score")
	}
}

// TestKernel: the caller's kernel replaces the cosine kernel.
func TestKernel(t *testing.T) {
	g := explaintest.Random(3, 8, 4, 40)
	cosine := estimate(t, Lime{KernelWidth: 40, Samples: 300}, g)
	own := estimate(t, Lime{Kernel: Cosine(40), Samples: 300}, g)
	if cosine.Terms[3].Score[0] != own.Terms[3].Score[0] {
		t.Error("Cosine(40) is not the kernel of width 40")
	}
	// A kernel that sees nothing but the grand coalition leaves nothing to explain.
	blind := estimate(t, Lime{Samples: 300, Kernel: func(present explain.Coalition, players int) float64 {
		return float64(present.Size() / players)
	}}, g)
	if blind.Terms[0].Score[0] != 0 || blind.Surrogate.Intercept[0] != blind.Full[0] || !math.IsNaN(blind.Surrogate.R2[0]) {
		t.Errorf("score %v, surrogate %+v", blind.Terms[0].Score, blind.Surrogate)
	}
	for _, bad := range []float64{math.NaN(), -1, math.Inf(1)} {
		_, err := Lime{Kernel: func(explain.Coalition, int) float64 { return bad }}.Estimate(t.Context(), g)
		if err == nil || !strings.Contains(err.Error(), "kernel") {
			t.Errorf("proximity %v: error %v", bad, err)
		}
	}
	if _, err := (Lime{Kernel: func(explain.Coalition, int) float64 { return 0 }}).Estimate(t.Context(), g); err == nil {
		t.Error("no coalition has a weight: no error")
	}
}

// TestThreads: the number of threads changes no bit.
func TestThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	g := explaintest.Random(4, 160, 3, 300)
	var want []float64
	for _, threads := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(threads)
		var got []float64
		for _, term := range estimate(t, Lime{Samples: 700}, g).Terms {
			got = append(got, term.Score[0], term.Err[0])
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads give another explanation", threads)
		}
	}
}

// TestFaults: all faults of the options are told at once, before the game is asked.
func TestFaults(t *testing.T) {
	g := explain.Func(3, func(explain.Coalition) float64 { t.Error("asked"); return 0 })
	_, err := Lime{Samples: 1, KernelWidth: -1, Features: -2, Selection: 9, Ridge: math.NaN()}.Estimate(context.Background(), g)
	var budget *explain.BudgetError
	if !errors.As(err, &budget) || budget.Need != 3 || budget.Have != 2 {
		t.Errorf("error %v does not tell the budget", err)
	}
	for _, part := range []string{"width -1", "-2 features", "Selection(9)", "penalty NaN"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not tell of %q", err, part)
		}
	}
}
