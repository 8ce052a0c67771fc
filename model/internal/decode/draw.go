package decode

import "math"

// largest returns the place of the largest score, the first of equals.
func largest(scores []float32) int32 {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return int32(best)
}

// draw returns the place where the sum of probabilities, the softmax of
// scores, exceeds u, which is from 0 to 1.
// The sum is run through twice instead of keeping the probabilities. Rounding may leave
// u above it; then the likeliest is taken.
func draw(scores []float32, u float64) int32 {
	last := largest(scores)
	top, sum := float64(scores[last]), 0.0
	for _, s := range scores {
		if s != MinusInf {
			sum += math.Exp(float64(s) - top)
		}
	}
	u *= sum
	sum = 0
	for i, s := range scores {
		// what is forbidden is never drawn, even at u = 1
		if s == MinusInf {
			continue
		}
		if sum += math.Exp(float64(s) - top); sum > u {
			return int32(i)
		}
	}
	return last
}
