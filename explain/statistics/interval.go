package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval returns the mean of v and half the width of its 95 % confidence
// interval by Student's t; NaN of fewer than two numbers.
func Interval(v []float64) (m, half float64) {
	n := float64(len(v))
	m = Mean(v)
	if n < 2 {
		return m, math.NaN()
	}
	square := 0.0
	for _, x := range v {
		square += (x - m) * (x - m)
	}
	t := distuv.StudentsT{Sigma: 1, Nu: n - 1}
	return m, t.Quantile(0.975) * math.Sqrt(square/(n-1)/n)
}
