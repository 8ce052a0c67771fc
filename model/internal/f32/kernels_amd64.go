//go:build !purego

package f32

import "unsafe"

// The kernels at level l. They trust their callers that the slices are as long
// as the first.

// sum returns the sum of x, in lanes as reduce.go says.
func sum(l Level, x []float32) float32 {
	switch l {
	case AVX512:
		return sumAVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return sumAVX2(unsafe.SliceData(x), len(x))
	}
	return sumGeneric(x)
}

// sumSquares returns Σ (x[i]−mean)².
func sumSquares(l Level, x []float32, mean float32) float32 {
	switch l {
	case AVX512:
		return sumSquaresAVX512(unsafe.SliceData(x), mean, len(x))
	case AVX2:
		return sumSquaresAVX2(unsafe.SliceData(x), mean, len(x))
	}
	return sumSquaresGeneric(x, mean)
}

// largest returns the largest of x, −∞ of none; NaN is passed over.
func largest(l Level, x []float32) float32 {
	switch l {
	case AVX512:
		return largestAVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return largestAVX2(unsafe.SliceData(x), len(x))
	}
	return largestGeneric(x)
}

// expSum writes exp(x[i]−largest) to dst, which may be x, and returns their sum.
func expSum(l Level, dst, x []float32, largest float32) float32 {
	switch l {
	case AVX512:
		return expSumAVX512(unsafe.SliceData(dst), unsafe.SliceData(x), largest, len(dst))
	case AVX2:
		return expSumAVX2(unsafe.SliceData(dst), unsafe.SliceData(x), largest, len(dst))
	}
	return expSumGeneric(dst, x, largest)
}

// softmax replaces rows of n numbers, stride apart, by their softmax.
func softmax(l Level, x []float32, n, rows, stride int) {
	switch l {
	case AVX512:
		softmaxAVX512(unsafe.SliceData(x), n, rows, 4*stride)
	case AVX2:
		softmaxAVX2(unsafe.SliceData(x), n, rows, 4*stride)
	default:
		softmaxGeneric(x, n, rows, stride)
	}
}

// add and scale write x+y and s·x to dst, which may be one of them.
func add(l Level, dst, x, y []float32) {
	switch l {
	case AVX512:
		addAVX512(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	case AVX2:
		addAVX2(unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(y), len(dst))
	default:
		addGeneric(dst, x, y)
	}
}

func scale(l Level, dst, x []float32, s float32) {
	switch l {
	case AVX512:
		scaleAVX512(unsafe.SliceData(dst), unsafe.SliceData(x), s, len(dst))
	case AVX2:
		scaleAVX2(unsafe.SliceData(dst), unsafe.SliceData(x), s, len(dst))
	default:
		scaleGeneric(dst, x, s)
	}
}

// normalize writes (x−mean)·scale·gain + bias to dst; bias may be nil.
func normalize(l Level, dst, x, gain, bias []float32, mean, scale float32) {
	d, s, g, b := unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(gain), unsafe.SliceData(bias)
	switch l {
	case AVX512:
		normalizeAVX512(d, s, g, b, mean, scale, len(dst))
	case AVX2:
		normalizeAVX2(d, s, g, b, mean, scale, len(dst))
	default:
		normalizeGeneric(dst, x, gain, bias, mean, scale)
	}
}
