package surrogate

import (
	"cmp"
	"math"
	"slices"
)

// Forward chooses at most limit players, each time the one that lowers the
// weighted residual sum of squares of an output most, without a penalty. Players are
// returned in the order of their choice; ties go to the lower index.
func (n *Normal) Forward(output, limit int) []int {
	p := n.Players
	gram := slices.Clone(n.Gram) // of what the players chosen leave unexplained
	cross := slices.Clone(n.cross(output))
	chosen := make([]int, 0, min(limit, p))
	for len(chosen) < min(limit, p) {
		best, most := -1, -1.0
		for j := range p {
			if slices.Contains(chosen, j) {
				continue
			}
			gain := 0.0
			if pivot := gram[j*p+j]; pivot > n.negligible(j) {
				gain = cross[j] * cross[j] / pivot
			}
			if gain > most {
				best, most = j, gain
			}
		}
		chosen = append(chosen, best)
		if most > 0 {
			// After sweeping the pivot of any other player is what the chosen ones
			// leave unexplained of it, so each round costs players², not a fit for
			// every candidate.
			sweep(gram, cross, best)
		}
	}
	return chosen
}

// sweep takes out of gram and cross what player k explains.
func sweep(gram, cross []float64, k int) {
	p := len(cross)
	pivotRow := slices.Clone(gram[k*p : (k+1)*p])
	pivot := pivotRow[k]
	c := cross[k] / pivot
	for i := range p {
		cross[i] -= pivotRow[i] * c
		f := pivotRow[i] / pivot
		if f == 0 {
			continue
		}
		row := gram[i*p : (i+1)*p]
		for j := range row {
			row[j] -= f * pivotRow[j]
		}
	}
}

// Highest chooses the limit players whose coefficients in coef are largest in
// absolute value, in that order; ties go to the lower index.
func Highest(coef []float64, limit int) []int {
	order := make([]int, len(coef))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(coef[b]), math.Abs(coef[a]))
	})
	return order[:min(limit, len(order))]
}
