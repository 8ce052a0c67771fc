package command

import "testing"

// TestSparkline: a curve keeps to its blocks, also where it does not move.
func TestSparkline(t *testing.T) {
	for _, c := range []struct {
		points    []float64
		low, high float64
		want      string
	}{
		{[]float64{0, 0.5, 1}, 0, 1, "▁▅█"},
		{[]float64{2, 2}, 2, 2, "▁▁"},
		{[]float64{-1, 3}, 0, 1, "▁█"},
		{nil, 0, 1, ""},
	} {
		if got := sparkline(c.points, c.low, c.high); got != c.want {
			t.Errorf("%v between %v and %v: %s, want %s", c.points, c.low, c.high, got, c.want)
		}
	}
}
