package decode

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLogSumExp: over a vocabulary it is as good as over a few classes.
func TestLogSumExp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, manyLogits, manyLogits + 1, 5000} {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(r.NormFloat64() * 5)
		}
		x[n/2] = float32(math.Inf(-1))
		for _, except := range []int{-1, 0, n / 3, n - 1} {
			sum := 0.0
			for i, v := range x {
				if i != except {
					sum += math.Exp(float64(v))
				}
			}
			if got, want := LogSumExp(x, except), math.Log(sum); got != want && math.Abs(got-want) > 1e-6 {
				t.Errorf("%d but %d: %v, want %v", n, except, got, want)
			}
		}
		x[0] = float32(math.NaN())
		if n > 1 && !math.IsNaN(LogSumExp(x, -1)) {
			t.Errorf("%d: not a number is lost", n)
		}
	}
}

func TestTopK(t *testing.T) {
	scores := []float32{3, 1, 3, MinusInf, 7, 2, 3}
	if got, want := TopK(scores, 4), []int{4, 0, 2, 6}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := TopK(scores, 99), []int{4, 0, 2, 6, 5, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
