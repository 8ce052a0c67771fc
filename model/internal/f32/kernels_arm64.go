//go:build !purego

package f32

import "unsafe"

// The kernels at level l. Those of NEON take the elements that fill their
// registers; the rest is done as by generic, which is the same.

// applyRows writes f of rows of n elements that begin stride apart in x, times
// up unless that is nil, to dst, at level l.
func applyRows(l Level, f function, dst, x, up []float32, n, rows, stride int) {
	if l != NEON {
		applyRowsGeneric(f, dst, x, up, n, rows, stride)
		return
	}
	most := n &^ 3
	for i := range rows {
		d, s := dst[i*stride:][:n], x[i*stride:][:n]
		var u []float32
		if up != nil {
			u = up[i*stride:][:n]
		}
		if most > 0 {
			applyNEON(f, &d[0], &s[0], unsafe.SliceData(u), most)
		}
		if up != nil {
			u = u[most:]
		}
		applyRowsGeneric(f, d[most:], s[most:], u, n-most, 1, 0)
	}
}

// applyNEON calls the kernel of a function; n is a multiple of four.
func applyNEON(f function, dst, x, up *float32, n int) {
	switch f {
	case funcIdentity:
		identityNEON(dst, x, up, n)
	case funcGELU:
		geluNEON(dst, x, up, n)
	case funcGELUTanh:
		geluTanhNEON(dst, x, up, n)
	case funcReLU:
		reluNEON(dst, x, up, n)
	case funcSiLU:
		siluNEON(dst, x, up, n)
	case funcTanh:
		tanhNEON(dst, x, up, n)
	}
}

// whole returns how many elements, from the first, a kernel that takes so many
// at a time is given at level l.
func whole(l Level, n, step int) int {
	if l != NEON {
		return 0
	}
	return n / step * step
}

// sum and the reductions below it run whole rounds of the lanes in assembly; the rest goes
// to the same lanes by generic code, so that the order of the sum is that of all levels.
func sum(l Level, x []float32) float32 {
	var acc [lanes]float32
	n := whole(l, len(x), lanes)
	if n > 0 {
		sumNEON(&acc, &x[0], n)
	}
	return sumFrom(&acc, x[n:])
}

func sumSquares(l Level, x []float32, mean float32) float32 {
	var acc [lanes]float32
	n := whole(l, len(x), lanes)
	if n > 0 {
		sumSquaresNEON(&acc, &x[0], n, mean)
	}
	return sumSquaresFrom(&acc, x[n:], mean)
}

func expSum(l Level, dst, x []float32, largest float32) float32 {
	var acc [lanes]float32
	n := whole(l, len(dst), lanes)
	if n > 0 {
		expSumNEON(&acc, &dst[0], &x[0], n, largest)
	}
	return expSumFrom(&acc, dst[n:], x[n:], largest)
}

// The lanes begin at −∞, since what they are compared with may be negative.
func largest(l Level, x []float32) float32 {
	n := whole(l, len(x), lanes)
	if n == 0 {
		return largestGeneric(x)
	}
	var acc [lanes]float32
	for i := range acc {
		acc[i] = negativeInfinity
	}
	largestNEON(&acc, &x[0], n)
	return max(largestGeneric(acc[:]), largestGeneric(x[n:]))
}

func softmax(l Level, x []float32, n, rows, stride int) { softmaxRows(l, x, n, rows, stride) }

// add and scale write x+y and s·x to dst, which may be one of them.
func add(l Level, dst, x, y []float32) {
	n := whole(l, len(dst), 4)
	if n > 0 {
		addNEON(&dst[0], &x[0], &y[0], n)
	}
	addGeneric(dst[n:], x[n:], y[n:])
}

func scale(l Level, dst, x []float32, s float32) {
	n := whole(l, len(dst), 4)
	if n > 0 {
		scaleNEON(&dst[0], &x[0], n, s)
	}
	scaleGeneric(dst[n:], x[n:], s)
}

// normalize writes (x−mean)·scale·gain + bias to dst; bias may be nil.
func normalize(l Level, dst, x, gain, bias []float32, mean, scale float32) {
	n := whole(l, len(dst), 4)
	if n > 0 {
		normalizeNEON(&dst[0], &x[0], &gain[0], unsafe.SliceData(bias), n, mean, scale)
	}
	if bias != nil {
		bias = bias[n:]
	}
	normalizeGeneric(dst[n:], x[n:], gain[n:], bias, mean, scale)
}

// rotate turns the points (x[i], x[i+half]) by angles; rotateInterleaved (x[2i], x[2i+1]).
func rotate(l Level, x, cos, sin []float32) {
	lo, hi := x[:len(cos)], x[len(cos):]
	n := whole(l, len(cos), 4)
	if n > 0 {
		rotateNEON(&lo[0], &hi[0], &cos[0], &sin[0], n)
	}
	rotatePairs(lo[n:], hi[n:], cos[n:], sin[n:])
}

func rotateInterleaved(l Level, x, cos, sin []float32) {
	n := whole(l, len(cos), 4)
	if n > 0 {
		rotateInterleavedNEON(&x[0], &cos[0], &sin[0], n)
	}
	rotateInterleavedGeneric(x[2*n:], cos[n:], sin[n:])
}

// The conversions take eight numbers at a time: 16 bytes become two registers.
func fromFloat16(l Level, dst []float32, src []byte) {
	n := whole(l, len(dst), 8)
	if n > 0 {
		fromFloat16NEON(&dst[0], &src[0], n)
	}
	fromFloat16Generic(dst[n:], src[2*n:])
}

func fromBFloat16(l Level, dst []float32, src []byte) {
	n := whole(l, len(dst), 8)
	if n > 0 {
		fromBFloat16NEON(&dst[0], &src[0], n)
	}
	fromBFloat16Generic(dst[n:], src[2*n:])
}

// transpose has no kernel here: packing is a small part of a pass.
func transpose(_ Level, dst []float32, ldd int, src []float32, lds, n int) {
	transposeGeneric(dst, ldd, src, lds, n)
}
