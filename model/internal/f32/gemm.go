package f32

import "fmt"

// Gemm writes a·w for the columns of panels lo..hi of w to dst, through e if
// that is not nil. Row i of a begins at a[i*lda] and has w.In() numbers; row i
// of dst begins at dst[i*ldd] and has w.Out(), of which the other panels' are
// left alone. dst and a must not overlap.
//
// An element is one chain of float32 fused multiply-adds over k in ascending
// order, begun at zero or at e.From, so its bits depend neither on rows nor on how rows and
// panels are divided among calls.
func Gemm(dst []float32, ldd int, a []float32, lda int, rows int, w *Matrix, lo, hi int, e *Epilogue) {
	g := gemm{product{&w.shape, dst, ldd, rows, lo, hi, e}, w, a, lda}
	if !g.check() {
		return
	}
	if lda < w.in || len(a) < (rows-1)*lda+w.in {
		panic(fmt.Sprintf("f32: product of %d rows of %d, %d apart in %d floats", rows, w.in, lda, len(a)))
	}
	if w.in == 0 || !g.assembly() {
		g.generic()
	}
}

// A gemm is the arguments of one Gemm.
type gemm struct {
	product
	w   *Matrix
	a   []float32
	lda int
}

// generic defines the product.
func (g *gemm) generic() {
	for i := range g.cells() {
		row, panel, n := g.cell(i)
		var acc [48]float32
		if g.e.From != nil {
			copy(acc[:n], g.e.From[row*g.ldd+panel*g.width:])
		}
		g.chains(acc[:n], row, panel)
		g.finish(acc[:n], row, panel*g.width)
	}
}

// chains adds the products of a row and a panel to acc.
func (g *gemm) chains(acc []float32, row, panel int) {
	b, stride := g.w.panel(panel)
	for k, x := range g.a[row*g.lda:][:g.in] {
		for j, y := range b[k*stride:][:len(acc)] {
			acc[j] = fma(x, y, acc[j])
		}
	}
}
