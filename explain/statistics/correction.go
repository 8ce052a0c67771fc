package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Holm returns p-values corrected for their number such that, of all that stay
// below a level, with a probability of one minus that level none is there by
// chance (Holm 1979). NaN is no test, and stays.
func Holm(p []float64) []float64 {
	order, n := tests(p)
	out, worst := slices.Clone(p), 0.0
	for rank, i := range order {
		// Step-down: a p-value counts for no less than any smaller one before it.
		worst = max(worst, min(1, p[i]*float64(n-rank)))
		out[i] = worst
	}
	return out
}

// BenjaminiHochberg returns p-values corrected for their number such that, of all
// that stay below a level, a share of that level is there by chance (Benjamini &
// Hochberg 1995). NaN is no test, and stays.
func BenjaminiHochberg(p []float64) []float64 {
	order, n := tests(p)
	out, best := slices.Clone(p), 1.0
	for rank, i := range slices.Backward(order) {
		// Step-up, from the largest: a p-value counts for no more than any larger
		// one.
		best = min(best, p[i]*float64(n)/float64(rank+1))
		out[i] = best
	}
	return out
}

// tests returns which of p are tests, the smallest first, and their number.
func tests(p []float64) (order []int, n int) {
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order, len(order)
}

// Differs returns the two-sided p-value of a difference between two estimates
// whose standard error is err, by the normal distribution. It is 0 of a
// difference between exact values, and NaN where the error is unknown.
func Differs(difference, err float64) float64 {
	switch {
	case difference == 0:
		return 1
	case err == 0:
		return 0
	}
	return math.Erfc(math.Abs(difference) / err / math.Sqrt2)
}
