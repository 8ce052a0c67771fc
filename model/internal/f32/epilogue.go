package f32

import "fmt"

// An Epilogue is what happens to an element of a product before it is stored,
// in this order: times Scale, plus Bias, Activation, plus Residual.
type Epilogue struct {
	// From, laid out as dst and perhaps dst itself, or nil, is what the chains
	// of a product of float32 begin with instead of zero: a long chain may be
	// computed in pieces, with the same bits. Other products have no use for it.
	From       []float32
	Scale      float32    // zero means one
	Bias       []float32  // an entry a column of the matrix, or nil
	Activation Activation // of the sum
	Residual   []float32  // laid out as dst, may be dst itself, or nil
}

// nothing is the epilogue of those who give none.
var nothing Epilogue

// A product is what products have in common, whatever their numbers are: where
// rows of dst begin ldd apart, and the panels lo..hi of a right-hand side.
type product struct {
	*shape
	dst       []float32
	ldd, rows int
	lo, hi    int
	e         *Epilogue
}

// check panics unless the slices hold the shape, since assembly does not look,
// and reports whether there is anything to be done.
func (g *product) check() bool {
	if g.rows < 0 || g.lo < 0 || g.hi > g.Panels() {
		panic(fmt.Sprintf("f32: product of %d rows, panels %d..%d of %d", g.rows, g.lo, g.hi, g.Panels()))
	}
	if g.rows == 0 || g.lo >= g.hi {
		return false
	}
	if g.e == nil {
		g.e = &nothing
	}
	end := min(g.hi*g.width, g.out)
	need := (g.rows-1)*g.ldd + end
	switch {
	case g.ldd < end || len(g.dst) < need:
		panic(fmt.Sprintf("f32: product into %d rows of %d, %d apart in %d floats", g.rows, end, g.ldd, len(g.dst)))
	case g.e.Bias != nil && len(g.e.Bias) < end:
		panic(fmt.Sprintf("f32: bias of %d for %d columns", len(g.e.Bias), end))
	case g.e.From != nil && len(g.e.From) < need:
		panic(fmt.Sprintf("f32: beginnings of %d for %d floats", len(g.e.From), need))
	case g.e.Residual != nil && len(g.e.Residual) < need:
		panic(fmt.Sprintf("f32: residual of %d for %d floats", len(g.e.Residual), need))
	}
	return true
}

// cells returns how many pairs of a row and a panel there are.
func (g *product) cells() int { return g.rows * (g.hi - g.lo) }

// cell returns the row and panel of pair i, and the panel's columns.
func (g *product) cell(i int) (row, panel, columns int) {
	panel = g.lo + i/g.rows
	columns, _ = g.columns(panel)
	return i % g.rows, panel, columns
}

// finish writes acc, which begins at column of row, to dst.
func (g *product) finish(acc []float32, row, column int) {
	e, at := g.e, row*g.ldd+column
	for j, s := range acc {
		if e.Scale != 0 {
			s = float32(s * e.Scale)
		}
		if e.Bias != nil {
			s += e.Bias[column+j]
		}
		s = function(e.Activation).at(s)
		if e.Residual != nil {
			s += e.Residual[at+j]
		}
		g.dst[at+j] = s
	}
}
