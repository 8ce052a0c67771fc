// Package statistics has the tests, intervals and correlations that judge models
// and explanations. Its numbers are those of scipy and statsmodels.
package statistics

import (
	"cmp"
	"math"
	"slices"
)

// Pearson returns the correlation coefficient of a and b, which are of one
// length; NaN where one of them does not vary.
func Pearson(a, b []float64) float64 {
	ma, mb := Mean(a), Mean(b)
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - ma) * (b[i] - mb)
		aa += (a[i] - ma) * (a[i] - ma)
		bb += (b[i] - mb) * (b[i] - mb)
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return ab / math.Sqrt(aa*bb)
}

// Spearman returns the correlation coefficient of the ranks of a and b, equal
// numbers sharing the mean of theirs.
func Spearman(a, b []float64) float64 { return Pearson(ranks(a), ranks(b)) }

// KendallTau returns Kendall's tau-b of a and b, which takes account of equal
// numbers; NaN where all of one side are equal.
func KendallTau(a, b []float64) float64 {
	var agree, ties, tiesA, tiesB float64
	for i := range a {
		for j := range i {
			x, y := cmp.Compare(a[i], a[j]), cmp.Compare(b[i], b[j])
			agree += float64(x * y)
			switch {
			case x == 0 && y == 0:
				ties++
			case x == 0:
				tiesA++
			case y == 0:
				tiesB++
			}
		}
	}
	pairs := float64(len(a)*(len(a)-1))/2 - ties
	if pairs == tiesA || pairs == tiesB {
		return math.NaN()
	}
	return agree / math.Sqrt((pairs-tiesA)*(pairs-tiesB))
}

// ranks returns the rank of every number; equal ones share the mean of theirs.
func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	ranks := make([]float64, len(v))
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && v[order[hi]] == v[order[lo]] {
			hi++
		}
		for _, i := range order[lo:max(hi, lo+1)] {
			ranks[i] = float64(lo+hi-1) / 2
		}
		lo = max(hi, lo+1)
	}
	return ranks
}

// Mean returns the mean of v, NaN of nothing.
func Mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}
