//go:build !purego

package f32

import "unsafe"

// maxRows is how many rows a tile has at most, by level and vectors.
func maxRows(l Level, vectors int) int {
	switch {
	case l == AVX512 && vectors == 3:
		return 8
	case l == AVX2 && vectors == 2:
		return 6
	}
	return 12
}

// gemmTiles writes the product tile by tile and reports whether the level of
// the matrix has tiles.
//
// A block of rows, sized so that it stays in the second-level cache beside a
// panel, meets every panel before the next block is begun.
func gemmTiles(g *gemmCall) bool {
	if g.w.in == 0 || g.w.level != AVX2 && g.w.level != AVX512 {
		return false
	}
	block := max(24, blockFloats/max(1, g.w.in)/24*24)
	for row := 0; row < g.rows; row += block {
		for p := g.lo; p < g.hi; p++ {
			g.panelTiles(p, row, min(block, g.rows-row))
		}
	}
	return true
}

// blockFloats is how much of a is kept in cache.
const blockFloats = 64 << 10

// panelTiles writes rows row..row+n of panel p.
func (g *gemmCall) panelTiles(p, row, n int) {
	w, e := g.w, g.e
	columns, stored := w.columns(p)
	lanes := w.level.vectorWidth()
	vectors := stored / lanes
	tail := columns - (vectors-1)*lanes
	b, _ := w.panel(p)
	at := p * w.width
	var bias, residual *float32
	if e.Bias != nil {
		bias = &e.Bias[at]
	}
	late := e.Activation != None
	scale := e.Scale
	if scale == 0 {
		scale = 1
	}
	most := maxRows(w.level, vectors)
	for first, tiles := row, (n+most-1)/most; tiles > 0; tiles-- {
		rows := (row + n - first + tiles - 1) / tiles
		c := first*g.ldd + at
		if e.Residual != nil && !late {
			residual = &e.Residual[c]
		}
		call(w.level, vectors, rows, w.in, &g.a[first*g.lda], 4*g.lda, unsafe.SliceData(b), 4*stored,
			&g.dst[c], 4*g.ldd, bias, residual, scale, tail)
		first += rows
	}
	if late {
		g.activate(row, n, at, columns)
	}
}

// activate finishes columns at..at+columns of rows row..row+n, which the tiles
// left before the activation.
func (g *gemmCall) activate(row, n, at, columns int) {
	for i := row; i < row+n; i++ {
		c := i*g.ldd + at
		d := g.dst[c : c+columns]
		g.e.Activation.Apply(d, d)
		if g.e.Residual != nil {
			Add(d, d, g.e.Residual[c:c+columns])
		}
	}
}

// call runs the tile that level and vectors name.
func call(l Level, vectors, rows, k int, a *float32, lda int, b *float32, ldb int, c *float32, ldc int, bias, residual *float32, scale float32, tail int) {
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
