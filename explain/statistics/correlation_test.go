package statistics_test

import (
	"math"
	"testing"

	"github.com/whence-xai/whence/explain/statistics"
)

// Values of scipy 1.17.1: pearsonr, spearmanr, kendalltau (tau-b) of a and b, with ties on both sides.
func TestCorrelationsWithTies(t *testing.T) {
	a, b := []float64{1, 2, 2, 3, 5, 5, -1}, []float64{2, 1, 3, 3, 4, 9, 0}
	same(t, "Pearson", statistics.Pearson(a, b), 0.8143065148928375, 1e-12)
	same(t, "Spearman", statistics.Spearman(a, b), 0.9082951062292476, 1e-12)
	same(t, "Kendall", statistics.KendallTau(a, b), 0.8207826816681232, 1e-12)
}

func TestCorrelationsOfWhatDoesNotVary(t *testing.T) {
	a, b := []float64{1, 1, 1}, []float64{1, 2, 3}
	for name, of := range map[string]func(a, b []float64) float64{
		"Pearson": statistics.Pearson, "Spearman": statistics.Spearman, "Kendall": statistics.KendallTau,
	} {
		if got := of(a, b); !math.IsNaN(got) {
			t.Errorf("%s of equal numbers is %v", name, got)
		}
		if got := of(nil, nil); !math.IsNaN(got) {
			t.Errorf("%s of nothing is %v", name, got)
		}
	}
}

func TestIntervalOfTooFew(t *testing.T) {
	if mean, half := statistics.Interval([]float64{3}); mean != 3 || !math.IsNaN(half) {
		t.Errorf("one number: %v ± %v", mean, half)
	}
	if mean, half := statistics.Interval(nil); !math.IsNaN(mean) || !math.IsNaN(half) {
		t.Errorf("no number: %v ± %v", mean, half)
	}
}
