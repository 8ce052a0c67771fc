//go:build !purego

package f32

import "unsafe"

// blockFloats is how much of a is to stay in the second-level cache.
const blockFloats = 160 << 10

// gemmTiles writes the product tile by tile and reports whether the level of
// the matrix has tiles.
//
// A block of rows, sized so that it stays in the second-level cache beside a
// panel, meets every panel before the next block is begun. Tiles go along all
// of k: stepping through it cost more, for partial sums, than it saved.
func gemmTiles(g *gemmCall) bool {
	w := g.w
	if w.in == 0 || w.level != AVX2 && w.level != AVX512 {
		return false
	}
	block := max(24, blockFloats/w.in/24*24)
	for row := 0; row < g.rows; row += block {
		n := min(block, g.rows-row)
		for p := g.lo; p < g.hi; p++ {
			g.strip(p, row, n)
			if g.e.Activation != None {
				g.activate(p, row, n)
			}
		}
	}
	return true
}

// strip writes rows row..row+n of panel p, in tiles of nearly equal height. An
// activation, and what follows it, is left to be done.
func (g *gemmCall) strip(p, row, n int) {
	w, e, column := g.w, g.e, p*g.w.width
	columns, stored := w.columns(p)
	lanes := w.level.vectorWidth()
	vectors, tail := stored/lanes, columns-(stored-lanes)
	b, _ := w.panel(p)
	bias, residual, scale := e.Bias, e.Residual, e.Scale
	if bias != nil {
		bias = bias[column:]
	}
	if e.Activation != None {
		residual = nil
	}
	if scale == 0 {
		scale = 1
	}
	most := maxRows(w.level, vectors)
	for tiles := (n + most - 1) / most; tiles > 0; tiles-- {
		rows := (n + tiles - 1) / tiles
		c := row*g.ldd + column
		tileOf(w.level, vectors, rows, w.in, &g.a[row*g.lda], 4*g.lda, &b[0], 4*stored,
			&g.dst[c], 4*g.ldd, unsafe.SliceData(bias), at(residual, c), scale, tail)
		row, n = row+rows, n-rows
	}
}

// maxRows returns how many rows a tile has at most, by level and vectors.
func maxRows(l Level, vectors int) int {
	switch {
	case l == AVX512 && vectors == 3:
		return 8
	case l == AVX2 && vectors == 2:
		return 6
	}
	return 12
}

// at returns the address of x[i], nil if x is.
func at(x []float32, i int) *float32 {
	if x == nil {
		return nil
	}
	return &x[i]
}

// activate finishes rows row..row+n of panel p, while they are in cache.
func (g *gemmCall) activate(p, row, n int) {
	columns, _ := g.w.columns(p)
	c := row*g.ldd + p*g.w.width
	applyRows(g.w.level, function(g.e.Activation), g.dst[c:], g.dst[c:], nil, columns, n, g.ldd)
	if g.e.Residual == nil {
		return
	}
	for ; n > 0; n-- {
		Add(g.dst[c:c+columns], g.dst[c:c+columns], g.e.Residual[c:c+columns])
		c += g.ldd
	}
}

// tileOf runs the tile that level and vectors name.
func tileOf(l Level, vectors, rows, k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int, bias, residual *float32, scale float32, tail int) {
	switch {
	case l == AVX2 && vectors == 2:
		gemm2AVX2(rows, k, a, lda, b, ldb, c, ldc, bias, residual, scale, tail)
	case l == AVX2:
		gemm1AVX2(rows, k, a, lda, b, ldb, c, ldc, bias, residual, scale, tail)
	case vectors == 3:
		gemm3AVX512(rows, k, a, lda, b, ldb, c, ldc, bias, residual, scale, tail)
	case vectors == 2:
		gemm2AVX512(rows, k, a, lda, b, ldb, c, ldc, bias, residual, scale, tail)
	default:
		gemm1AVX512(rows, k, a, lda, b, ldb, c, ldc, bias, residual, scale, tail)
	}
}
