package lime

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// tolerance is what golden numbers may differ by: they are rounded to 1e-9, and
// the reference solves the same equations in another order.
const tolerance = 1e-8

type golden struct {
	Players, Outputs int
	Coalitions       []string
	Values           []float64
	Explanations     []struct {
		Selection        string
		Features, Output int
		Players          []int
		Coefficients     []float64
		Intercept        float64
		R2               float64
		Prediction       float64
	}
}

// sample returns the coalitions as a sample, and the values of its distinct rows.
func (g *golden) sample(t *testing.T) (*sample, []float64) {
	t.Helper()
	s := newSample(g.Players)
	var values []float64
	for i, text := range g.Coalitions {
		bits, ok := new(big.Int).SetString(text, 16)
		if !ok {
			t.Fatalf("coalition %q", text)
		}
		c := explain.NewCoalition(g.Players)
		for p := range g.Players {
			if bits.Bit(p) == 1 {
				c.Add(p)
			}
		}
		s.add(c)
		row := s.row(c)
		if row*g.Outputs == len(values) {
			values = append(values, g.Values[i*g.Outputs:(i+1)*g.Outputs]...)
		}
	}
	return s, values
}

// TestGolden compares coefficients, intercept, local prediction and R² with those
// of the lime package for the same coalitions and values. The values are those of
// a game: a coalition drawn twice has the same values twice.
func TestGolden(t *testing.T) {
	file, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var problems []golden
	if err := json.Unmarshal(file, &problems); err != nil {
		t.Fatal(err)
	}
	selections := map[string]Selection{"auto": Auto, "none": none,
		"forward_selection": Forward, "highest_weights": Highest, "lasso_path": LassoPath}
	compared := map[Selection]int{}
	for i := range problems {
		g := &problems[i]
		s, values := g.sample(t)
		for _, want := range g.Explanations {
			selection, ok := selections[want.Selection]
			if !ok {
				t.Fatalf("unknown selection %q", want.Selection)
			}
			if selection == none {
				want.Features = 0
			}
			f, err := Lime{Selection: selection, Features: want.Features}.withDefaults().fit(s, values)
			if err != nil {
				t.Fatal(err)
			}
			k := want.Output
			coef := make([]float64, g.Players)
			for j, p := range want.Players {
				coef[p] = want.Coefficients[j]
			}
			worst := max(math.Abs(f.surrogate.Intercept[k]-want.Intercept),
				math.Abs(f.surrogate.Prediction[k]-want.Prediction), math.Abs(f.surrogate.R2[k]-want.R2))
			for p, c := range coef {
				worst = max(worst, math.Abs(f.terms[p].Score[k]-c))
			}
			if !(worst <= tolerance) {
				t.Errorf("%d players, %d coalitions, %s, %d features, output %d: off by %.2g",
					g.Players, len(g.Coalitions), want.Selection, want.Features, k, worst)
			}
			compared[selection]++
		}
	}
	for name, selection := range selections {
		if compared[selection] < 10 {
			t.Errorf("%s compared %d times only", name, compared[selection])
		}
	}
}
