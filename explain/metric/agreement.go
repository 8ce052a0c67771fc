package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// An Agreement tells how near an estimate comes to the truth, in one output.
type Agreement struct {
	// NormalizedError is Σ(φ̂−φ)² / Σφ² over the terms: 0 is perfect, 1 no better
	// than saying nothing. NaN where the truth is zero throughout.
	NormalizedError float64
	MaxAbs          float64 // the largest |φ̂−φ|
	Spearman        float64 // correlation of the ranks; NaN where all scores of one side are equal
}

// Agree compares an estimate with the truth, an [Agreement] an output. A term
// that one of them lacks counts as zero there.
func Agree(estimate, truth *explain.Explanation) ([]Agreement, error) {
	k := len(truth.Baseline)
	if len(estimate.Players) != len(truth.Players) || len(estimate.Baseline) != k {
		return nil, fmt.Errorf("metric: explanations of %d and %d players, %d and %d outputs",
			len(estimate.Players), len(truth.Players), len(estimate.Baseline), k)
	}
	out := make([]Agreement, k)
	for o := range out {
		a, b := align(estimate, truth, o)
		out[o] = agree(a, b)
	}
	return out, nil
}

// align returns the scores of an output of both, in the same order of terms.
func align(estimate, truth *explain.Explanation, output int) (a, b []float64) {
	at := map[string]int{}
	for _, t := range truth.Terms {
		at[fmt.Sprint(t.Players)] = len(b)
		a, b = append(a, 0), append(b, t.Score[output])
	}
	for _, t := range estimate.Terms {
		if i, ok := at[fmt.Sprint(t.Players)]; ok {
			a[i] = t.Score[output]
			continue
		}
		a, b = append(a, t.Score[output]), append(b, 0)
	}
	return a, b
}

func agree(estimate, truth []float64) Agreement {
	unit, largest := 0.0, 0.0
	for i, v := range truth {
		unit = math.Max(unit, math.Abs(v))
		largest = math.Max(largest, math.Abs(estimate[i]-v))
	}
	wrong, size := 0.0, 0.0 // in squares of the unit, which neither overflow nor vanish
	for i, v := range truth {
		d := (estimate[i] - v) / unit
		wrong += d * d
		size += v / unit * (v / unit)
	}
	a := Agreement{math.NaN(), largest, correlation(ranks(estimate), ranks(truth))}
	if unit > 0 {
		a.NormalizedError = wrong / size
	}
	return a
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

// correlation is Pearson's coefficient.
func correlation(a, b []float64) float64 {
	mean := float64(len(a)-1) / 2 // of ranks
	var ab, aa, bb float64
	for i := range a {
		ab += (a[i] - mean) * (b[i] - mean)
		aa += (a[i] - mean) * (a[i] - mean)
		bb += (b[i] - mean) * (b[i] - mean)
	}
	if aa == 0 || bb == 0 {
		return math.NaN()
	}
	return ab / math.Sqrt(aa*bb)
}
