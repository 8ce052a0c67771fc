package surrogate

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// TestLassoGolden compares with scikit-learn's lasso as captum's Lime uses it
// (weighted, columns as they are) and as ContextCite does (standardized
// columns, values a token).
func TestLassoGolden(t *testing.T) {
	file, err := os.ReadFile("testdata/lasso.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Fit             string
		Players         int
		Tokens, Alpha   float64
		Rows            []string
		Weights, Values []float64
		Coefficients    []float64
		Intercept       float64
	}
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 6 {
		t.Fatalf("%d cases", len(cases))
	}
	for i, c := range cases {
		p := &problem{players: c.Players, outputs: 1, rows: explain.NewCoalitions(c.Players, 0), weights: c.Weights, values: c.Values}
		for _, bits := range c.Rows {
			row := explain.NewCoalition(c.Players)
			for j, bit := range bits {
				if bit == '1' {
					row.Add(j)
				}
			}
			p.rows.Append(row)
		}
		n := p.normal(t)
		penalty := make([]float64, c.Players)
		for j := range penalty {
			penalty[j] = c.Alpha
			if c.Fit == "contextcite" {
				penalty[j] *= c.Tokens * math.Sqrt(n.row(j)[j]/n.Weight)
			}
		}
		coef, err := n.Lasso(0, penalty)
		if err != nil {
			t.Fatal(err)
		}
		for j, want := range c.Coefficients {
			if math.Abs(coef[j]-want) > 1e-8 {
				t.Errorf("case %d, %s, player %d: %v, want %v", i, c.Fit, j, coef[j], want)
			}
		}
		if got := n.Intercept(0, coef); math.Abs(got-c.Intercept) > 1e-8 {
			t.Errorf("case %d, %s: intercept %v, want %v", i, c.Fit, got, c.Intercept)
		}
	}
}
