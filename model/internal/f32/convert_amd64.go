//go:build !purego

package f32

import "unsafe"

// whole returns the part of n that assembly with a register of l's can do.
func whole(l Level, n int) int { return n - n%l.vectorWidth() }

// rotate and the others choose the kernel of the level, and do by generic what does not
// fill a register: both give the same bits.
func rotate(l Level, x, cos, sin []float32) {
	lo, hi := unsafe.SliceData(x), unsafe.SliceData(x[len(cos):])
	switch l {
	case AVX512:
		rotateAVX512(lo, hi, unsafe.SliceData(cos), unsafe.SliceData(sin), len(cos))
	case AVX2:
		rotateAVX2(lo, hi, unsafe.SliceData(cos), unsafe.SliceData(sin), len(cos))
	default:
		rotateGeneric(x, cos, sin)
	}
}

func rotateInterleaved(l Level, x, cos, sin []float32) {
	n := whole(l, 2*len(cos)) / 2
	switch {
	case n == 0 || l == Generic:
		n = 0
	case l == AVX512:
		rotateInterleavedAVX512(unsafe.SliceData(x), unsafe.SliceData(cos), unsafe.SliceData(sin), n)
	default:
		rotateInterleavedAVX2(unsafe.SliceData(x), unsafe.SliceData(cos), unsafe.SliceData(sin), n)
	}
	rotateInterleavedGeneric(x[2*n:], cos[n:], sin[n:])
}

func fromFloat16(l Level, dst []float32, src []byte) {
	n := whole(l, len(dst))
	switch {
	case n == 0 || l == Generic:
		n = 0
	case l == AVX512:
		fromFloat16AVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n)
	default:
		fromFloat16AVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n)
	}
	fromFloat16Generic(dst[n:], src[2*n:])
}

func fromBFloat16(l Level, dst []float32, src []byte) {
	n := whole(l, len(dst))
	switch {
	case n == 0 || l == Generic:
		n = 0
	case l == AVX512:
		fromBFloat16AVX512(unsafe.SliceData(dst), unsafe.SliceData(src), n)
	default:
		fromBFloat16AVX2(unsafe.SliceData(dst), unsafe.SliceData(src), n)
	}
	fromBFloat16Generic(dst[n:], src[2*n:])
}

// transpose writes eight rows of n numbers, lds apart, as columns: n rows of
// eight, ldd apart.
// There is no AVX-512 form: eight rows are what AVX2's registers hold.
func transpose(l Level, dst []float32, ldd int, src []float32, lds, n int) {
	k := n - n%8
	if l == Generic {
		k = 0
	}
	if k > 0 {
		transposeAVX2(unsafe.SliceData(dst), 4*ldd, unsafe.SliceData(src), 4*lds, k)
	}
	if k < n {
		transposeGeneric(dst[k*ldd:], ldd, src[k:], lds, n-k)
	}
}
