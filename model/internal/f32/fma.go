package f32

import "math"

// fma returns x*y+z rounded once, the bits of the processor's instruction.
//
// The product of two float32 is exact in float64. Their sum with z is rounded
// to 53 bits and then to 24, which differs from one rounding only where the
// first lands on a tie of the second, or below float32's normal range, where
// ties lie elsewhere; roundOdd settles those.
func fma(x, y, z float32) float32 {
	const (
		below    = 1<<29 - 1  // bits of a float64 that a float32 lacks
		tie      = 1 << 28    // their pattern at a tie
		smallest = 1023 - 126 // biased exponent of the least normal float32
	)
	p := float64(x) * float64(y)
	s := p + float64(z)
	b := math.Float64bits(s)
	if b&below != tie && b>>52&0x7ff >= smallest {
		return float32(s)
	}
	return roundOdd(p, float64(z), s)
}

// roundOdd returns p+z, of which s is the rounded sum, as a float32: it forces
// the last bit of an inexact s to one, so that the second rounding sees on
// which side of a tie the sum fell.
func roundOdd(p, z, s float64) float32 {
	b := math.Float64bits(s)
	if b>>52&0x7ff == 0x7ff || b&1 == 1 {
		return float32(s)
	}
	t := s - p
	lost := (p - (s - t)) + (z - t)
	switch {
	case lost == 0:
		return float32(s)
	case (lost > 0) == (s > 0):
		b++
	default:
		b--
	}
	return float32(math.Float64frombits(b))
}
