//go:build !purego

package f32

import "unsafe"

// applyRows writes f of rows of n elements that begin stride apart in x, times
// up unless that is nil, to dst, at level l.
// Strides are in elements here and in bytes in assembly.
func applyRows(l Level, f function, dst, x, up []float32, n, rows, stride int) {
	d, s, u := unsafe.SliceData(dst), unsafe.SliceData(x), unsafe.SliceData(up)
	switch l {
	case AVX512:
		applyAVX512(f, d, s, u, n, rows, 4*stride)
	case AVX2:
		applyAVX2(f, d, s, u, n, rows, 4*stride)
	default:
		applyRowsGeneric(f, dst, x, up, n, rows, stride)
	}
}

// applyAVX2 calls the function's kernel; stride is in bytes from here on.
func applyAVX2(f function, dst, x, up *float32, n, rows, stride int) {
	switch f {
	case funcIdentity:
		identityAVX2(dst, x, up, n, rows, stride)
	case funcGELU:
		geluAVX2(dst, x, up, n, rows, stride)
	case funcGELUTanh:
		geluTanhAVX2(dst, x, up, n, rows, stride)
	case funcReLU:
		reluAVX2(dst, x, up, n, rows, stride)
	case funcSiLU:
		siluAVX2(dst, x, up, n, rows, stride)
	case funcTanh:
		tanhAVX2(dst, x, up, n, rows, stride)
	}
}

func applyAVX512(f function, dst, x, up *float32, n, rows, stride int) {
	switch f {
	case funcIdentity:
		identityAVX512(dst, x, up, n, rows, stride)
	case funcGELU:
		geluAVX512(dst, x, up, n, rows, stride)
	case funcGELUTanh:
		geluTanhAVX512(dst, x, up, n, rows, stride)
	case funcReLU:
		reluAVX512(dst, x, up, n, rows, stride)
	case funcSiLU:
		siluAVX512(dst, x, up, n, rows, stride)
	case funcTanh:
		tanhAVX512(dst, x, up, n, rows, stride)
	}
}
