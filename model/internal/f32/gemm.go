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
	checkGemm(dst, ldd, a, lda, rows, w, lo, hi, e)
	gemmGeneric(dst, ldd, a, lda, rows, w, lo, hi, e)
}

// checkGemm panics unless the slices hold the shape, since assembly does not look.
func checkGemm(dst []float32, ldd int, a []float32, lda int, rows int, w *Matrix, lo, hi int, e *Epilogue) {
	end := min(hi*w.width, w.out)
	need := (rows-1)*ldd + end
	switch {
	case rows < 0 || lo < 0 || hi > w.Panels():
		panic(fmt.Sprintf("f32: gemm of %d rows, panels %d..%d of %d", rows, lo, hi, w.Panels()))
	case lda < w.in || len(a) < (rows-1)*lda+w.in:
		panic(fmt.Sprintf("f32: gemm of %d rows of %d, %d apart in %d floats", rows, w.in, lda, len(a)))
	case ldd < end || len(dst) < need:
		panic(fmt.Sprintf("f32: gemm into %d rows of %d, %d apart in %d floats", rows, end, ldd, len(dst)))
	case e.Bias != nil && len(e.Bias) < end:
		panic(fmt.Sprintf("f32: gemm with a bias of %d for %d columns", len(e.Bias), end))
	case e.Residual != nil && len(e.Residual) < need:
		panic(fmt.Sprintf("f32: gemm with a residual of %d for %d floats", len(e.Residual), need))
	}
}

// gemmGeneric defines Gemm.
func gemmGeneric(dst []float32, ldd int, a []float32, lda int, rows int, w *Matrix, lo, hi int, e *Epilogue) {
	for p := lo; p < hi; p++ {
		n, _ := w.columns(p)
		b, stride := w.panel(p)
		at := p * w.width
		for i := range rows {
			var acc [48]float32
			chains(acc[:n], a[i*lda:i*lda+w.in], b, stride)
			e.finish(dst[i*ldd+at:][:n], acc[:n], at, i*ldd+at)
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
		s = e.Activation.at(s)
		if e.Residual != nil {
			s += e.Residual[index+j]
		}
		dst[j] = s
	}
}
