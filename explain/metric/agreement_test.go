package metric_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

func agree(t testing.TB, a, b *explain.Explanation) metric.Agreement {
	t.Helper()
	all, err := metric.Agree(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func TestAgree(t *testing.T) {
	g, _ := weights(5)
	got := agree(t, scored(g, 0, 1, 2, 2, -3, 0), scored(g, 0, 2, 2, 1, -4, 0.5))
	// Σ(φ̂−φ)² = 1+0+1+1+0.25 and Σφ² = 4+4+1+16+0.25; the ranks are
	// (3, 4.5, 4.5, 1, 2) and (4.5, 4.5, 3, 1, 2), scipy.stats.spearmanr 0.7631578947368421.
	if math.Abs(got.NormalizedError-3.25/25.25) > 1e-15 || got.MaxAbs != 1 || math.Abs(got.Spearman-0.7631578947368421) > 1e-15 {
		t.Errorf("%+v", got)
	}
}

func TestAgreeWithItself(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		scores := rapid.SliceOfNDistinct(rapid.Float64Range(-9, 9), 2, 12, rapid.ID).Draw(r, "scores")
		g, _ := weights(len(scores))
		truth := scored(g, 0, scores...)
		if got := agree(t, truth, truth); got.NormalizedError != 0 || got.MaxAbs != 0 || math.Abs(got.Spearman-1) > 1e-12 {
			r.Errorf("with itself: %+v", got)
		}
		negated := slices.Clone(scores)
		for i := range negated {
			negated[i] *= -1
		}
		if got := agree(t, scored(g, 0, negated...), truth); math.Abs(got.Spearman+1) > 1e-12 || math.Abs(got.NormalizedError-4) > 1e-9 {
			r.Errorf("with its opposite: %+v", got)
		}
	})
}

// TestAgreeOnMissingTerms: a sparse explanation says zero of what it leaves out.
func TestAgreeOnMissingTerms(t *testing.T) {
	g, _ := weights(3)
	truth := scored(g, 0, 3, 0, 4)
	sparse := scored(g, 0, 3, 0, 4)
	sparse.Terms = sparse.Terms[:1]
	if got := agree(t, sparse, truth); got.NormalizedError != 16./25 || got.MaxAbs != 4 {
		t.Errorf("%+v", got)
	}
	if got := agree(t, truth, sparse); got.MaxAbs != 4 {
		t.Errorf("terms that the truth lacks: %+v", got)
	}
}

func TestAgreeOnNothing(t *testing.T) {
	g, _ := weights(3)
	zero := scored(g, 0, 0, 0, 0)
	if got := agree(t, zero, zero); !math.IsNaN(got.NormalizedError) || got.MaxAbs != 0 || !math.IsNaN(got.Spearman) {
		t.Errorf("%+v", got)
	}
	other, w := weights(4)
	if _, err := metric.Agree(zero, scored(other, 0, w...)); err == nil {
		t.Error("explanations of different games were compared")
	}
}
