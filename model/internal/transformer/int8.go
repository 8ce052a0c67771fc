package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// An Int8Matrix is weights in 8-bit integers, in groups of adjacent inputs.
// The weights of an output have a scale in every group, and so have the
// numbers of a row that they are multiplied with: one far from the others, as
// GELU makes them, coarsens its own group only.
type Int8Matrix struct {
	in, size int // of a group; the last may be smaller
	groups   []*f32.Int8Matrix
}

// NewInt8Matrix returns a matrix of zeros in groups of size inputs, to be
// filled by [Int8Matrix.Fill].
func NewInt8Matrix(in, out, size int) *Int8Matrix {
	m := &Int8Matrix{in: in, size: size}
	for k := 0; k < in; k += size {
		m.groups = append(m.groups, f32.NewInt8Matrix(min(size, in-k), out))
	}
	return m
}

// In returns the number of inputs.
func (m *Int8Matrix) In() int { return m.in }

// Out returns the number of outputs.
func (m *Int8Matrix) Out() int { return m.groups[0].Out() }

// Panels returns the number of panels, the same in all groups.
func (m *Int8Matrix) Panels() int { return m.groups[0].Panels() }

// PanelWidth returns the outputs of a full panel.
func (m *Int8Matrix) PanelWidth() int { return m.groups[0].PanelWidth() }

// Fill writes outputs lo..hi of w to the columns from column+lo on. Calls for
// separate columns may run at the same time.
func (m *Int8Matrix) Fill(column int, w *f32.Weights, lo, hi int) {
	w.Each(lo, hi, func(o int, x []float32) {
		for i, g := range m.groups {
			g.SetColumn(column+o, x[i*m.size:][:g.In()])
		}
	})
}

// multiplyInt8 is multiply for m. Groups are added in their order, the bias and
// the residual with the first. An activation needs the whole sum, so a layer
// that has one must be a single group.
func (w *worker) multiplyInt8(m *Int8Matrix, dst, x []float32, n, lo, hi int, e *f32.Epilogue) {
	if e.Activation != f32.None && len(m.groups) > 1 {
		panic("transformer: an activation of several groups")
	}
	add := f32.Epilogue{Residual: dst}
	for i, g := range m.groups {
		w.coarse.Reset(n, g.In())
		w.coarse.Set(0, x[i*m.size:], m.in, n)
		f32.GemmInt8(dst, m.Out(), &w.coarse, 0, n, g, lo, hi, e)
		e = &add
	}
}
