package transformer

import (
	"fmt"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A Dense is a linear layer and what is applied to its result.
type Dense struct {
	Weight     Matrix
	Bias       []float32 // or nil
	Activation f32.Activation
	Scale      float32 // of the product, before the bias; 0 means 1
}

// A Layer is a part of a head.
type Layer struct {
	Dense
	Norm Norm    // of the result
	Cap  float32 // results y become Cap·tanh(y/Cap); 0 means they stay
}

// A Matrix is packed weights: a [*f32.Matrix], [*f32.BFloat16Matrix] or
// [*Int8Matrix].
// The packing is the kernel's: which element stands where is known to package f32 alone.
type Matrix interface {
	In() int         // columns of a row that goes in
	Out() int        // columns of a row that comes out
	Panels() int     // groups of output columns that are computed together
	PanelWidth() int // output columns of a panel
}

// Apply writes the layer's result for n rows of x to dst. Rows lie as far apart
// as they are long.
func (d *Dense) Apply(dst, x []float32, n int) { new(worker).dense(d, dst, x, nil, n) }

// dense writes the layer's result for n rows of x to dst, with residual added if
// that is not nil. Rows lie as far apart as they are long.
func (w *worker) dense(d *Dense, dst, x, residual []float32, n int) {
	w.multiply(d, dst, x, n, 0, d.Weight.Panels(), &f32.Epilogue{Scale: d.Scale, Bias: d.Bias, Activation: d.Activation, Residual: residual})
}

// panels is dense without a residual for the outputs of panels lo..hi.
func (w *worker) panels(d *Dense, dst, x []float32, n, lo, hi int) {
	w.multiply(d, dst, x, n, lo, hi, &f32.Epilogue{Scale: d.Scale, Bias: d.Bias, Activation: d.Activation})
}

// multiply writes the product of n rows of x with panels lo..hi.
func (w *worker) multiply(d *Dense, dst, x []float32, n, lo, hi int, e *f32.Epilogue) {
	switch m := d.Weight.(type) {
	case *f32.Matrix:
		f32.Gemm(dst, m.Out(), x, m.In(), n, m, lo, hi, e)
	// rows are rounded to bfloat16 for each product anew, into memory of the worker
	case *f32.BFloat16Matrix:
		w.brief.Reset(n, m.In())
		w.brief.Set(0, x, m.In(), n)
		f32.GemmBFloat16(dst, m.Out(), &w.brief, 0, n, m, lo, hi, e)
	case *Int8Matrix:
		w.multiplyInt8(m, dst, x, n, lo, hi, e)
	default:
		panic(fmt.Sprintf("transformer: a matrix of type %T", m))
	}
}
