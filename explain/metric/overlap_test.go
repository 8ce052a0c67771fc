package metric_test

import (
	"testing"

	"github.com/whence-xai/whence/explain/metric"
)

func TestOverlap(t *testing.T) {
	a, b := []float64{4, -3, 2, 1}, []float64{3, 4, 1, -2}
	same(t, "top 1", metric.TopOverlap(a, b, 1), 0, 0)
	same(t, "top 2", metric.TopOverlap(a, b, 2), 1, 0)
	same(t, "top 3", metric.TopOverlap(a, b, 3), 2./3, tolerance)
	// Agreement at depths 1 to 4: 0, 1, 2/3, 1.
	const p = 0.9
	want := (1-p)*(0+p+p*p*2/3+p*p*p) + p*p*p*p
	same(t, "rank overlap", metric.RankOverlap(a, b, p), want, tolerance)
	same(t, "rank overlap of equals", metric.RankOverlap(a, a, p), 1, tolerance)
}
