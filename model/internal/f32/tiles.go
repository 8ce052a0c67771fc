package f32

import "unsafe"

// blockBytes is how much of the left-hand side is to stay in the second-level
// cache beside a panel.
const blockBytes = 640 << 10

// bareRows is how many rows wait for their activation: few, as rows a power of
// two apart crowd each other out of the first-level cache.
const bareRows = 12

// tiles goes through the tiles of a product, each of which assembly writes in
// one go. A block of rows meets every panel before the next block is begun.
//
// The fields below are those of the current tile. Activations, and what
// follows them, are done every few tiles, while those are in cache.
type tiles struct {
	*product
	most  func(l Level, vectors int) int // rows of a tile
	block int                            // rows of a block

	panel, row, height int
	vectors, tail      int     // of a row; columns of its last vector
	scale              float32 // of the epilogue

	first, left, todo int // row and size of the current block; its rows not yet begun
	bare              int // row from which activations are still to be done
}

// tiles returns an iterator before the first tile. A row of the left-hand side
// takes so many bytes.
func (g *product) tiles(bytes int, most func(l Level, vectors int) int) tiles {
	t := tiles{product: g, most: most, block: max(24, blockBytes/bytes/24*24), panel: g.lo - 1, scale: g.e.Scale}
	if t.scale == 0 {
		t.scale = 1
	}
	t.left = min(t.block, g.rows)
	return t
}

// next goes to the next tile and reports whether there is one.
func (t *tiles) next() bool {
	t.row += t.height
	if t.e.Activation != None && (t.row-t.bare >= bareRows || t.todo == 0) {
		t.activate()
	}
	if t.todo == 0 && !t.nextPanel() {
		return false
	}
	most := t.most(t.level, t.vectors)
	count := (t.todo + most - 1) / most
	t.height = (t.todo + count - 1) / count // nearly equal ones
	t.todo -= t.height
	return true
}

// nextPanel ends the current panel and begins the next, of the next block if
// need be.
func (t *tiles) nextPanel() bool {
	t.panel++
	if t.panel == t.hi {
		t.panel = t.lo
		t.first += t.left
		t.left = min(t.block, t.rows-t.first)
		if t.left == 0 {
			return false
		}
	}
	columns, stored := t.columns(t.panel)
	lanes := t.level.vectorWidth()
	t.vectors, t.tail = stored/lanes, columns-(stored-lanes)
	t.row, t.height, t.todo, t.bare = t.first, 0, t.left, t.first
	return true
}

// c returns where the tile is written.
func (t *tiles) c() *float32 { return &t.dst[t.row*t.ldd+t.panel*t.width] }

// bias returns what is added to the columns of the tile, or nil.
func (t *tiles) bias() *float32 {
	if t.e.Bias == nil {
		return nil
	}
	return &t.e.Bias[t.panel*t.width]
}

// from returns what the sums of the tile begin with, or nil for zero.
func (t *tiles) from() *float32 {
	if t.e.From == nil {
		return nil
	}
	return &t.e.From[t.row*t.ldd+t.panel*t.width]
}

// residual returns what is added to the tile before it is written, or nil.
func (t *tiles) residual() *float32 {
	if t.e.Residual == nil || t.e.Activation != None {
		return nil
	}
	return &t.e.Residual[t.row*t.ldd+t.panel*t.width]
}

// activate finishes the rows from bare to the current one.
func (t *tiles) activate() {
	rows := t.row - t.bare
	if rows == 0 {
		return
	}
	columns, _ := t.columns(t.panel)
	at := t.bare*t.ldd + t.panel*t.width
	applyRows(t.level, function(t.e.Activation), t.dst[at:], t.dst[at:], nil, columns, rows, t.ldd)
	t.bare = t.row
	if t.e.Residual == nil {
		return
	}
	for range rows {
		d := t.dst[at : at+columns]
		add(t.level, d, d, t.e.Residual[at:at+columns])
		at += t.ldd
	}
}

// pointer returns the address of x[i] as bytes.
func pointer[T any](x []T, i int) *byte { return (*byte)(unsafe.Pointer(&x[i])) }
