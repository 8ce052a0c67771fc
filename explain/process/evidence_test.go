package process

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
)

// TestGradient compares the evidence's gradient with differences of its values.
func TestGradient(t *testing.T) {
	for _, n := range []int{5, 14, 67} {
		for _, odd := range []bool{true, false} {
			rng := rand.New(rand.NewPCG(3, uint64(n)))
			pool := newCandidatePool(n, 1)
			pairs := pool.candidates(15)
			values := blas64.General{Rows: 2, Cols: pairs.Len(), Stride: pairs.Len(), Data: make([]float64, 2*pairs.Len())}
			for i := range values.Data {
				values.Data[i] = rng.NormFloat64()
			}
			b := newHyperprior(n)
			point := b.center
			for i := range point {
				point[i] += rng.NormFloat64() / 2
			}
			v := &evidence{prior: newPrior(n, odd, b.weights(point, odd)), pairs: pairs, values: values, gram: make([]float64, pairs.Len()*pairs.Len())}
			_, byRelevance, byScale := v.at(b.weights(point, odd))
			compare := func(name string, i int, got float64) {
				const h = 1e-5
				there := point[i]
				point[i] = there + h
				up, _, _ := v.at(b.weights(point, odd))
				point[i] = there - h
				down, _, _ := v.at(b.weights(point, odd))
				point[i] = there
				if want := (up - down) / (2 * h); math.Abs(got-want) > 1e-5*(1+math.Abs(want)) {
					t.Errorf("%d players, odd %v: derivative by %s %d is %v, want %v", n, odd, name, i, got, want)
				}
			}
			for i, g := range byRelevance {
				compare("relevance", i, g)
			}
			for i, g := range byScale {
				compare("scale", b.scalesAt(odd)+i, g)
			}
		}
	}
}
