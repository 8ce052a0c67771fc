package lime

import (
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/explain/stored"
)

func TestBayesConformance(t *testing.T) {
	explaintest.TestEstimator(t, Bayes{}, explaintest.Claims{Adaptive: true, Pooled: true})
	explaintest.TestEstimator(t, Bayes{Budget: 150, Seed: 3}, explaintest.Claims{Adaptive: true, Pooled: true})
}

// TestBayesKnowsEverything: of all coalitions the coefficients are those of the
// fit to the expected sample, without error.
func TestBayesKnowsEverything(t *testing.T) {
	g := open(t, "mini12_00")
	b := Bayes{Budget: 1 << 12, Samples: 700}
	x := estimate(t, b, g)
	for p, want := range expected(t, Lime{Samples: 700}, g) {
		if term := x.Terms[p]; math.Abs(term.Score[0]-want) > 1e-9 || term.Err[0] != 0 {
			t.Errorf("player %d: %v ± %v, want %v", p, term.Score, term.Err, want)
		}
	}
	if r2 := x.Surrogate.R2[0]; !(r2 > 0 && r2 < 1) {
		t.Errorf("R² %v", r2)
	}
}

// TestBayesNeedsFewCoalitions: errors with ten and twenty coalitions a player
// are a fraction of sampling's, and intervals hold.
func TestBayesNeedsFewCoalitions(t *testing.T) {
	games := []string{"mini12_00", "mini12_01", "lm14logit_01", "lm14logit_04", "lm14logit_07", "lm14logit_10"}
	for perPlayer, most := range map[int]float64{10: 0.006, 20: 0.002} {
		var errs []float64
		held, all := 0.0, 0.0
		for _, name := range games {
			g := open(t, name)
			want := expected(t, Lime{Samples: 5000}, g)
			for seed := range uint64(3) {
				x := estimate(t, Bayes{Budget: perPlayer * g.Players(), Seed: seed}, g)
				if x.Evaluations > perPlayer*g.Players() {
					t.Errorf("%s: %d coalitions valued", name, x.Evaluations)
				}
				off, norm := 0.0, 0.0
				for p, term := range x.Terms {
					d := term.Score[0] - want[p]
					off, norm = off+d*d, norm+want[p]*want[p]
					if all++; math.Abs(d) <= 1.96*term.Err[0] {
						held++
					}
				}
				errs = append(errs, off/norm)
			}
		}
		slices.Sort(errs)
		if median := errs[len(errs)/2]; median > most {
			t.Errorf("%d coalitions a player: median error %.4f, want at most %.4f", perPlayer, median, most)
		}
		if share := held / all; share < 0.92 || share > 0.985 {
			t.Errorf("%d coalitions a player: %.3f of the intervals hold", perPlayer, share)
		}
	}
}

// TestBayesExtends: what a pool knows is not valued again, whoever learnt it.
func TestBayesExtends(t *testing.T) {
	valued := 0
	pool := explain.Cache(explain.Observe(open(t, "mini12_00"), func(coalitions int) { valued += coalitions }))
	estimate(t, Bayes{Budget: 80}, pool)
	x, err := Bayes{Budget: 240}.Extend(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	if valued != 240 || x.Evaluations != 240 {
		t.Errorf("%d coalitions valued, %d told of", valued, x.Evaluations)
	}
}

func TestBayesRefuses(t *testing.T) {
	g := open(t, "mini12_00")
	for _, b := range []Bayes{{Budget: 20}, {KernelWidth: -3}, {Samples: 1}, {Ridge: -1}} {
		if _, err := b.Estimate(t.Context(), g); err == nil {
			t.Errorf("%+v: no error", b)
		}
	}
}

func open(t *testing.T, name string) explain.Game {
	t.Helper()
	file := filepath.Join("..", "shap", "testdata", "games", name+".npz")
	g, err := stored.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
