package lime

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
)

// A problem is coalitions and values with the coefficients that a peer fits to them.
type problem struct {
	golden
	Penalty, Scale        float64
	Weights, Coefficients []float64
	Intercept             float64
}

func problems(t *testing.T) (p struct{ ContextCite, CLIME []problem }) {
	t.Helper()
	file, err := os.ReadFile("testdata/sparse.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// compare compares a fit with the peer's, up to what the peer's solver leaves.
func (p problem) compare(t *testing.T, f *fitted, intercept, within float64) {
	t.Helper()
	for i, want := range p.Coefficients {
		if got := f.terms[i].Score[0]; math.Abs(got-want) > within {
			t.Errorf("%d players: player %d has %v, want %v", p.Players, i, got, want)
		}
	}
	if math.Abs(intercept-p.Intercept) > within*float64(p.Players) {
		t.Errorf("%d players: intercept %v, want %v", p.Players, intercept, p.Intercept)
	}
}

func TestContextCiteGolden(t *testing.T) {
	for _, p := range problems(t).ContextCite {
		p.Outputs = 1
		s, values := p.sample(t)
		f, err := ContextCite{Penalty: p.Penalty, Scale: p.Scale}.fit(s, values)
		if err != nil {
			t.Fatal(err)
		}
		p.compare(t, f, f.surrogate.Intercept[0], 2e-3*p.Scale) // scikit-learn stops at a gap of 1e-4
	}
}

func TestCLIMEGolden(t *testing.T) {
	for _, p := range problems(t).CLIME {
		p.Outputs = 1
		s, values := p.sample(t)
		f, err := leastSquares(s.rows, p.Weights, values)
		if err != nil {
			t.Fatal(err)
		}
		p.compare(t, f, f.surrogate.Prediction[0], 1e-8) // the peer's columns tell who is gone
	}
}

func TestSparseConformance(t *testing.T) {
	for name, e := range map[string]explain.Estimator{
		"contextcite": ContextCite{Seed: 1},
		"c-lime":      CLIME{Seed: 1},
		"c-lime, few": CLIME{Most: 3, Budget: 90},
	} {
		t.Run(name, func(t *testing.T) { explaintest.TestEstimator(t, e, explaintest.Claims{Adaptive: true}) })
	}
}

// TestContextCiteFindsSources: of many players the few that matter.
func TestContextCiteFindsSources(t *testing.T) {
	worth := make([]float64, 100)
	worth[7], worth[42], worth[99] = 3, -2, 1
	x, err := ContextCite{Ablations: 64}.Estimate(t.Context(), explaintest.Additive(0, worth...))
	if err != nil {
		t.Fatal(err)
	}
	for p, term := range x.Terms {
		if got := term.Score[0]; math.Abs(got-worth[p]) > 0.15 {
			t.Errorf("player %d has %v, want about %v", p, got, worth[p])
		}
	}
}

// TestCLIMEAdditive: least squares find an additive game out.
func TestCLIMEAdditive(t *testing.T) {
	worth := []float64{0.5, -2, 0, 3, 1, -0.25, 4}
	for _, c := range []CLIME{{}, {Most: 1}, {Most: 9}, {Budget: 9}} {
		x, err := c.Estimate(t.Context(), explaintest.Additive(10, worth...))
		if err != nil {
			t.Fatal(err)
		}
		for p, term := range x.Terms {
			if got := term.Score[0]; math.Abs(got-worth[p]) > 1e-8 {
				t.Errorf("%+v: player %d has %v, want %v", c, p, got, worth[p])
			}
		}
		if x.Evaluations > x.Estimator.Budget {
			t.Errorf("%+v: %d coalitions with a budget of %d", c, x.Evaluations, x.Estimator.Budget)
		}
	}
}

func TestSparseRefuses(t *testing.T) {
	for _, e := range []explain.Estimator{ContextCite{Ablations: 1}, ContextCite{Keep: 1}, ContextCite{Penalty: -1}, ContextCite{Scale: math.NaN()},
		CLIME{Most: -1}, CLIME{Budget: 4}} {
		if _, err := e.Estimate(t.Context(), explaintest.Additive(0, 1, 2, 3, 4, 5)); err == nil {
			t.Errorf("%+v: no error", e)
		}
	}
}
