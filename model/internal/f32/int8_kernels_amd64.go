//go:build !purego

package f32

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// int8Level returns the level at which matrices of integers are multiplied
// where l is active.
// AVX-512 has the instruction for it, VPDPBUSD, on some processors only.
func int8Level(l Level) Level {
	if l == AVX512 && !cpu.X86.HasAVX512VNNI {
		return AVX2
	}
	return l
}

// extent returns the least and the largest of x and 0; fault is NaN where x has one or an
// infinity, which no scale could be made of.
func extent(l Level, x []float32) (lo, hi, fault float32) {
	switch l {
	case AVX512:
		return extentAVX512(unsafe.SliceData(x), len(x))
	case AVX2:
		return extentAVX2(unsafe.SliceData(x), len(x))
	}
	return extentGeneric(x)
}

// quantize may write to the whole of dst.
func quantize(l Level, dst []byte, x []float32, inverse, zero float32) {
	switch l {
	case AVX512:
		quantizeAVX512(unsafe.SliceData(dst), unsafe.SliceData(x), inverse, zero, len(x))
	case AVX2:
		quantizeAVX2(unsafe.SliceData(dst), unsafe.SliceData(x), inverse, zero, len(x))
	default:
		quantizeGeneric(l, dst, x, inverse, zero)
	}
}

// assembly writes the product and reports whether the level has assembly.
func (g *gemmInt8) assembly() bool {
	if g.level != AVX2 && g.level != AVX512 {
		return false
	}
	for t := g.tiles(g.a.stride, int8Rows); t.next(); {
		g.tile(&t)
	}
	return true
}

// int8Rows returns how many rows a tile has at most.
func int8Rows(l Level, _ int) int {
	if l == AVX512 {
		return 8
	}
	return 6
}

// tile writes one tile.
func (g *gemmInt8) tile(t *tiles) {
	numbers, ldb := g.w.panel(t.panel)
	row, column := g.first+t.row, t.panel*g.width
	a, b := &g.a.numbers[row*g.a.stride], &numbers[0]
	lda, ldc, k := g.a.stride, 4*g.ldd, g.w.steps()
	c, bias, residual := t.c(), t.bias(), t.residual()
	scale, zero := &g.a.scale[row], &g.a.zero[row]
	scales, sums := &g.w.scale[column], &g.w.sum[column]
	switch {
	case g.level == AVX2 && t.vectors == 2:
		int82AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, scale, zero, scales, sums)
	case g.level == AVX2:
		int81AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, scale, zero, scales, sums)
	case t.vectors == 3:
		int83AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, scale, zero, scales, sums)
	case t.vectors == 2:
		int82AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, scale, zero, scales, sums)
	default:
		int81AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, scale, zero, scales, sums)
	}
}
