//go:build !purego

package f32

// assembly writes the product and reports whether the level has assembly.
func (g *gemm) assembly() bool {
	if g.level != AVX2 && g.level != AVX512 {
		return false
	}
	for t := g.tiles(4*g.in, gemmRows); t.next(); {
		b, stride := g.w.panel(t.panel)
		g.tile(&t, &g.a[t.row*g.lda], &b[0], 4*stride)
	}
	return true
}

// gemmRows returns how many rows a tile has at most.
// Rows times vectors of sums stay in registers: of 32 with AVX-512, of 16 with AVX2, less
// those that a's and b's numbers take.
func gemmRows(l Level, vectors int) int {
	switch {
	case l == AVX512 && vectors == 3:
		return 8
	case l == AVX2 && vectors == 2:
		return 6
	}
	return 12
}

// tile writes one tile, whose row begins at a and whose panel is b.
func (g *gemm) tile(t *tiles, a, b *float32, ldb int) {
	lda, ldc, k := 4*g.lda, 4*g.ldd, g.in
	c, bias, residual, from := t.c(), t.bias(), t.residual(), t.from()
	switch {
	case g.level == AVX2 && t.vectors == 2:
		float2AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, from)
	case g.level == AVX2:
		float1AVX2(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, from)
	case t.vectors == 3:
		float3AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, from)
	case t.vectors == 2:
		float2AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, from)
	default:
		float1AVX512(t.height, k, a, lda, b, ldb, c, ldc, bias, residual, t.scale, t.tail, from)
	}
}
