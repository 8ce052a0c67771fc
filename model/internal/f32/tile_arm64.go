//go:build !purego

package f32

// assembly writes the product and reports whether the level has assembly.
func (g *gemm) assembly() bool {
	if g.level != NEON {
		return false
	}
	for t := g.tiles(4*g.in, neonRows); t.next(); {
		b, _ := g.w.panel(t.panel)
		if t.tail < t.level.vectorWidth() {
			g.ragged(&t, &b[0])
		} else {
			g.tile(&t, &b[0], t.c(), 4*g.ldd, t.bias(), t.residual(), t.scale, t.from())
		}
	}
	return true
}

// neonRows returns how many rows a tile has at most.
func neonRows(Level, int) int { return 8 }

// tile writes one tile, whose panel is b, to c.
func (g *gemm) tile(t *tiles, b, c *float32, ldc int, bias, residual *float32, scale float32, from *float32) {
	a := &g.a[t.row*g.lda]
	if t.vectors == 2 {
		float2NEON(t.height, g.in, a, 4*g.lda, b, c, ldc, bias, residual, scale, from)
	} else {
		float1NEON(t.height, g.in, a, 4*g.lda, b, c, ldc, bias, residual, scale, from)
	}
}

// ragged writes a tile whose last vector has columns that dst lacks.
// NEON has no masked stores: the tile goes to memory of its own, and generic code takes
// its columns to dst.
func (g *gemm) ragged(t *tiles, b *float32) {
	const width = 8
	var sums [8 * width]float32
	columns, _ := g.columns(t.panel)
	var from *float32
	if g.e.From != nil {
		from = &sums[0]
		for i := range t.height {
			copy(sums[i*width:][:columns], g.e.From[(t.row+i)*g.ldd+t.panel*g.width:])
		}
	}
	g.tile(t, b, &sums[0], 4*width, nil, nil, 1, from)
	e := *g.e
	if e.Activation != None { // which comes when the block is done
		e.Activation, e.Residual = None, nil
	}
	part := product{g.shape, g.dst, g.ldd, g.rows, g.lo, g.hi, &e}
	for i := range t.height {
		part.finish(sums[i*width:][:columns], t.row+i, t.panel*g.width)
	}
}
