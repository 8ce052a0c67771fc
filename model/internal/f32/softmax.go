package f32

import "math"

// Softmax replaces row by e^(row-max) divided by the sum of these. Elements of
// -Inf become zero; a row of nothing else becomes zeros. NaN anywhere makes
// all of it NaN.
func Softmax(row []float32) {
	m := Max(row)
	if m == float32(math.Inf(-1)) {
		clear(row)
		return
	}
	Scale(row, row, 1/ExpSum(row, row, m))
}

// ExpSum writes e^(x-m) to dst, which may be x, and returns their sum: the
// step of a softmax that is taken block after block.
func ExpSum(dst, x []float32, m float32) float32 {
	x = x[:len(dst)]
	var acc [lanes]float32
	for i, v := range x {
		dst[i] = exp(v - m)
		acc[i%lanes] += dst[i]
	}
	return fold(&acc)
}
