//go:build !purego

package f32

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// bfloat16Level returns the level at which matrices of bfloat16 are multiplied
// where l is active.
// AVX-512 has an instruction for it on some processors only; AVX2 multiplies as float32.
func bfloat16Level(l Level) Level {
	if l == AVX512 && !cpu.X86.HasAVX512BF16 {
		return AVX2
	}
	return l
}

// toBFloat16 may write to the whole of dst, which ends with a register.
func toBFloat16(l Level, dst []uint16, x []float32) {
	switch l {
	case AVX512:
		toBFloat16AVX512(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	case AVX2:
		toBFloat16AVX2(unsafe.SliceData(dst), unsafe.SliceData(x), len(x))
	default:
		toBFloat16Generic(dst, x)
	}
}

// assembly writes the product and reports whether the level has assembly.
func (g *gemmBFloat16) assembly() bool {
	if g.level != AVX2 && g.level != AVX512 {
		return false
	}
	for t := g.tiles(2*g.a.stride, bfloat16Rows); t.next(); {
		g.tile(&t)
	}
	return true
}

// bfloat16Rows returns how many rows a tile has at most.
// AVX2 has sixteen registers, of which the parts of numbers take some.
func bfloat16Rows(l Level, _ int) int {
	if l == AVX512 {
		return 8
	}
	return 4
}

// tile writes one tile.
func (g *gemmBFloat16) tile(t *tiles) {
	numbers, stride := g.w.panel(t.panel)
	a, b := pointer(g.a.numbers, (g.first+t.row)*g.a.stride), pointer(numbers, 0)
	lda, ldb, ldc, k := 2*g.a.stride, 2*stride, 4*g.ldd, g.w.steps()
	c, bias, residual := t.c(), t.bias(), t.residual()
	switch {
	case g.level == AVX2 && t.vectors == 2:
		bfloat162AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail)
	case g.level == AVX2:
		bfloat161AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail)
	case t.vectors == 3:
		bfloat163AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail)
	case t.vectors == 2:
		bfloat162AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail)
	default:
		bfloat161AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail)
	}
}
