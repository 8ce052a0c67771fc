package metric

import (
	"math"
	"slices"
)

// Sparseness is the Gini coefficient of |scores| (Chalasani et al. 2020):
// Σ (2i − n − 1) a(i) / (n Σ a), a in ascending order. It is 0 where all are equal
// and near 1 where one player has everything; NaN where all are zero.
func Sparseness(scores []float64) float64 {
	a := sizes(scores)
	slices.Sort(a)
	n, weighted, sum := float64(len(a)), 0.0, 0.0
	for i, v := range a {
		weighted += (2*float64(i+1) - n - 1) * v
		sum += v
	}
	return weighted / (n * sum)
}

// Entropy is −Σ p log p of the shares p = |score| / Σ |score| (Bhatt et al. 2020,
// §5: complexity), in nats. It is 0 where one player has everything and log n
// where all are equal; NaN where all are zero.
func Entropy(scores []float64) float64 {
	a, sum, h := sizes(scores), 0.0, 0.0
	for _, v := range a {
		sum += v
	}
	for _, v := range a {
		if p := v / sum; p != 0 {
			h -= p * math.Log(p)
		}
	}
	return h
}

// EffectiveComplexity is the number of players whose |score| is above a hundred
// thousandth of the largest (Nguyen and Martínez 2020, with Quantus' threshold).
func EffectiveComplexity(scores []float64) int {
	const least = 1e-5
	a := sizes(scores)
	largest, count := 0.0, 0
	for _, v := range a {
		largest = max(largest, v)
	}
	for _, v := range a {
		if v > least*largest {
			count++
		}
	}
	return count
}

// sizes returns the absolute values of v.
func sizes(v []float64) []float64 {
	a := make([]float64, len(v))
	for i, x := range v {
		a[i] = math.Abs(x)
	}
	return a
}
