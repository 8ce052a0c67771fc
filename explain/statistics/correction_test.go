package statistics_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain/statistics"
)

func same(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestCorrections compares with statsmodels and scipy, see testdata/correction.py.
func TestCorrections(t *testing.T) {
	b, err := os.ReadFile("testdata/correction.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Z, P, Holm, BH []float64 }
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		holm, bh := statistics.Holm(c.P), statistics.BenjaminiHochberg(c.P)
		for i := range c.P {
			same(t, "p", statistics.Differs(c.Z[i], 1), c.P[i], 1e-12)
			same(t, "Holm", holm[i], c.Holm[i], 1e-12)
			same(t, "Benjamini–Hochberg", bh[i], c.BH[i], 1e-12)
		}
	}
}

func TestCorrectionsLeaveOutWhatIsNoTest(t *testing.T) {
	nan := math.NaN()
	for name, correct := range map[string]func([]float64) []float64{"Holm": statistics.Holm, "BH": statistics.BenjaminiHochberg} {
		with, without := correct([]float64{0.01, nan, 0.03}), correct([]float64{0.01, 0.03})
		if !math.IsNaN(with[1]) || !slices.Equal([]float64{with[0], with[2]}, without) {
			t.Errorf("%s: %v, and without NaN %v", name, with, without)
		}
	}
	if p := statistics.Differs(1, 0); p != 0 {
		t.Errorf("exact values that differ: p = %v", p)
	}
	if p := statistics.Differs(0, 0); p != 1 {
		t.Errorf("exact values that are equal: p = %v", p)
	}
}
