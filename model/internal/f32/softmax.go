package f32

import "math"

// Softmax replaces row by e^(row-max) divided by the sum of these. Elements of
// -Inf become zero; a row of nothing else becomes zeros. NaN or +Inf anywhere
// makes all of it NaN.
func Softmax(row []float32) { softmax(active, row) }

func softmax(l Level, row []float32) {
	m := largest(l, row)
	if m == float32(math.Inf(-1)) && !anyNaN(row) {
		clear(row)
		return
	}
	scale(l, row, row, 1/expSum(l, row, row, m))
}

// anyNaN reports whether x has NaN in it.
func anyNaN(x []float32) bool {
	for _, v := range x {
		if v != v {
			return true
		}
	}
	return false
}

// ExpSum writes e^(x-m) to dst, which may be x, and returns their sum: the
// step of a softmax that is taken block after block. They have the same length.
func ExpSum(dst, x []float32, m float32) float32 {
	return expSum(active, dst, x[:len(dst)], m)
}
