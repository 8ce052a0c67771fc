package f32

import (
	"fmt"
	"math"
)

// SoftmaxRows replaces the first n elements of rows that begin stride apart in x by
// e^(x-max) divided by the sum of these, row by row. Elements of -Inf become zero; a
// row of nothing else becomes zeros. NaN or +Inf anywhere makes all of the row NaN.
func SoftmaxRows(x []float32, n, rows, stride int) {
	if n <= 0 || rows <= 0 {
		return
	}
	if n > stride && rows > 1 || len(x) < (rows-1)*stride+n {
		panic(fmt.Sprintf("f32: softmax of %d rows of %d, %d apart in %d floats", rows, n, stride, len(x)))
	}
	softmax(active, x, n, rows, stride)
}

func softmaxGeneric(x []float32, n, rows, stride int) { softmaxRows(Generic, x, n, rows, stride) }

// softmaxRows is made of other kernels, where there is none for all of it.
func softmaxRows(l Level, x []float32, n, rows, stride int) {
	for i := range rows {
		row := x[i*stride:][:n]
		// At most -Inf: the least number has a difference to it.
		m := max(largest(l, row), -math.MaxFloat32)
		if s := expSum(l, row, row, m); s != 0 {
			scale(l, row, row, 1/s)
		}
	}
}

// ExpSum writes e^(x-m) to dst, which may be x, and returns their sum: the
// step of a softmax that is taken block after block. They have the same length.
func ExpSum(dst, x []float32, m float32) float32 {
	return expSum(active, dst, x[:len(dst)], m)
}
