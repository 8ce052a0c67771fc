package metric

import (
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
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

// agree scales by the largest true score before it squares: scores of 10⁻²⁰⁰, or of
// 10²⁰⁰, have squares that are no numbers.
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
	a := Agreement{math.NaN(), largest, statistics.Spearman(estimate, truth)}
	if unit > 0 {
		a.NormalizedError = wrong / size
	}
	return a
}
