package decode

import (
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
)

// MinusInf is the score of what is impossible.
var MinusInf = float32(math.Inf(-1))

// LogSumExp returns log Σ exp(x[i]) over all i but one.
// It is computed from the largest one on, so that no exponential is infinite. except is
// -1 for none.
func LogSumExp(x []float32, except int) float64 {
	if len(x) > manyLogits {
		return logSumExpMany(x, except)
	}
	top := math.Inf(-1)
	for i, v := range x {
		if i != except {
			top = max(top, float64(v))
		}
	}
	if math.IsInf(top, 0) {
		return top
	}
	sum := 0.0
	for i, v := range x {
		if i != except {
			sum += math.Exp(float64(v) - top)
		}
	}
	return top + math.Log(sum)
}

// manyLogits is how many exponentials are worth a vector's while.
const manyLogits = 512

// logSumExpMany is logSumExp for a vocabulary: exponentials in float32, each
// good to seven digits, summed in float32 only as far as those digits reach.
func logSumExpMany(x []float32, except int) float64 {
	parts := [2][]float32{x}
	if except >= 0 {
		parts[0], parts[1] = x[:except], x[except+1:]
	}
	top := MinusInf
	for _, part := range parts {
		if len(part) > 0 {
			top = max(top, f32.Max(part))
		}
	}
	if math.IsInf(float64(top), 0) {
		return float64(top)
	}
	sum := 0.0
	var powers [manyLogits]float32
	for _, part := range parts {
		for piece := range slices.Chunk(part, len(powers)) {
			sum += float64(f32.ExpSum(powers[:len(piece)], piece, top))
		}
	}
	return float64(top) + math.Log(sum)
}

// LogProb returns the log-probability of id by softmax. It comes by way of the
// odds against all others, which do not round to one.
// A probability of 0.99999999 has a log-probability that a difference of two large
// numbers rounds to 0.
func LogProb(logits []float32, id int32) float64 {
	odds := float64(logits[id]) - LogSumExp(logits, int(id))
	if odds < 0 {
		return odds - math.Log1p(math.Exp(odds))
	}
	return -math.Log1p(math.Exp(-odds))
}

// LogProbs returns the log-probabilities by softmax.
func LogProbs(logits []float32) []float64 {
	out, all := make([]float64, len(logits)), LogSumExp(logits, -1)
	for i, v := range logits {
		out[i] = float64(v) - all
	}
	return out
}

// TopK returns the places of the k largest scores, the largest first and of
// equals the first.
// A heap of k keeps the best so far: of a vocabulary most scores are looked at once.
func TopK(scores []float32, k int) []int {
	less := func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	}
	best := make([]int, 0, k+1) // a heap, the least of them in front
	sift := func(i int) {
		for {
			child := 2*i + 1
			if child+1 < len(best) && less(best[child+1], best[child]) > 0 {
				child++
			}
			if child >= len(best) || less(best[child], best[i]) <= 0 {
				return
			}
			best[i], best[child] = best[child], best[i]
			i = child
		}
	}
	for i := range min(k, len(scores)) {
		best = append(best, i)
	}
	for i := len(best)/2 - 1; i >= 0; i-- {
		sift(i)
	}
	for i := k; i < len(scores); i++ {
		if scores[i] > scores[best[0]] {
			best[0] = i
			sift(0)
		}
	}
	slices.SortFunc(best, less)
	return best
}
