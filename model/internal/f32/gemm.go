package f32

import "fmt"

// An Epilogue is what happens to an element of a product before it is stored,
// in this order: times Scale, plus Bias, Activation, plus Residual.
type Epilogue struct {
	Scale      float32    // zero means one
	Bias       []float32  // an entry a column of the matrix, or nil
	Activation Activation // of the sum
	Residual   []float32  // laid out as dst, may be dst itself, or nil
}

// Gemm writes a·w for the columns of panels lo..hi of w to dst, through e if
// that is not nil. Row i of a begins at a[i*lda] and has w.In() numbers; row i
// of dst begins at dst[i*ldd] and has w.Out(), of which the other panels' are
// left alone. dst and a must not overlap.
//
// An element is one chain of float32 fused multiply-adds over k in ascending
// order, begun at zero, so its bits depend neither on rows nor on how rows and
// panels are divided among calls.
func Gemm(dst []float32, ldd int, a []float32, lda int, rows int, w *Matrix, lo, hi int, e *Epilogue) {
	if rows == 0 || lo >= hi {
		return
	}
	if e == nil {
		e = &Epilogue{}
	}
	g := gemmCall{dst, ldd, a, lda, rows, w, lo, hi, e}
	g.check()
	if !gemmTiles(&g) {
		g.generic()
	}
}

// A gemmCall is the arguments of one Gemm.
type gemmCall struct {
	dst    []float32
	ldd    int
	a      []float32
	lda    int
	rows   int
	w      *Matrix
	lo, hi int
	e      *Epilogue
}

// check panics unless the slices hold the shape, since assembly does not look.
func (g *gemmCall) check() {
	w, e := g.w, g.e
	end := min(g.hi*w.width, w.out)
	need := (g.rows-1)*g.ldd + end
	switch {
	case g.rows < 0 || g.lo < 0 || g.hi > w.Panels():
		panic(fmt.Sprintf("f32: gemm of %d rows, panels %d..%d of %d", g.rows, g.lo, g.hi, w.Panels()))
	case g.lda < w.in || len(g.a) < (g.rows-1)*g.lda+w.in:
		panic(fmt.Sprintf("f32: gemm of %d rows of %d, %d apart in %d floats", g.rows, w.in, g.lda, len(g.a)))
	case g.ldd < end || len(g.dst) < need:
		panic(fmt.Sprintf("f32: gemm into %d rows of %d, %d apart in %d floats", g.rows, end, g.ldd, len(g.dst)))
	case e.Bias != nil && len(e.Bias) < end:
		panic(fmt.Sprintf("f32: gemm with a bias of %d for %d columns", len(e.Bias), end))
	case e.Residual != nil && len(e.Residual) < need:
		panic(fmt.Sprintf("f32: gemm with a residual of %d for %d floats", len(e.Residual), need))
	}
}

// generic defines Gemm.
func (g *gemmCall) generic() {
	for p := g.lo; p < g.hi; p++ {
		n, _ := g.w.columns(p)
		b, stride := g.w.panel(p)
		at := p * g.w.width
		for i := range g.rows {
			var acc [48]float32
			chains(acc[:n], g.a[i*g.lda:i*g.lda+g.w.in], b, stride)
			g.e.finish(g.dst[i*g.ldd+at:][:n], acc[:n], at, i*g.ldd+at)
		}
	}
}

// chains adds a·b to acc, b having stride numbers a row.
func chains(acc, a, b []float32, stride int) {
	for k, x := range a {
		row := b[k*stride:][:len(acc)]
		for j, y := range row {
			acc[j] = fma(x, y, acc[j])
		}
	}
}

// finish writes acc, whose first element stands at column of the product and
// at the given index of dst's storage, through the epilogue to dst.
func (e *Epilogue) finish(dst, acc []float32, column, index int) {
	for j, s := range acc {
		if e.Scale != 0 {
			s = float32(s * e.Scale)
		}
		if e.Bias != nil {
			s += e.Bias[column+j]
		}
		s = function(e.Activation).at(s)
		if e.Residual != nil {
			s += e.Residual[index+j]
		}
		dst[j] = s
	}
}
