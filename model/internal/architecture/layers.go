package architecture

import (
	"encoding/binary"
	"math"

	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// norm reads a layer normalization, by the names of today or those of the
// first checkpoints.
// The first checkpoints were converted from TensorFlow, where gain and bias are gamma and
// beta.
func (w weights) norm(name string, width int, epsilon float64) transformer.Norm {
	gain, bias := name+".weight", name+".bias"
	if w.has(name + ".gamma") {
		gain, bias = name+".gamma", name+".beta"
	}
	n := transformer.Norm{Gain: w.vector(gain, width), Epsilon: float32(epsilon)}
	if !w.unbiased {
		n.Bias = w.vector(bias, width)
	}
	return n
}

// rms reads a normalization by the root mean square whose gain is plus and
// what is stored.
// Root mean square normalization is Zhang and Sennrich 2019.
func (w weights) rms(name string, width int, epsilon, plus float64) transformer.Norm {
	n := transformer.Norm{Gain: w.vector(name+".weight", width), Epsilon: float32(epsilon), RMS: true}
	// Gemma stores gains less one, so that zeros are the identity
	for i := range n.Gain {
		n.Gain[i] += float32(plus)
	}
	return n
}

// words reads the embedding of tokens. Of a tied model there may be only the
// matrix that scores words, under one of the names.
// The head's matrix is [vocabulary][width] like the embedding, so that one is the other.
func (w weights) words(name string, rows, width int, heads ...string) transformer.Table {
	for _, head := range heads {
		if w.Has(head+".weight") && !w.has(name) && !w.untied {
			w.prefix, name = "", head+".weight"
		}
	}
	return w.table(name, rows, width)
}

// table reads an embedding. It stays where and as it is.
// Data is a view of the checkpoint: only the rows that a batch has are ever converted.
func (w weights) table(name string, rows, width int) transformer.Table {
	t, format := w.Tensor(w.prefix+name, rows, width)
	return transformer.Table{Data: t.Data, Format: format, Width: width}
}

// computed returns a table that no checkpoint has; fill writes every row when the
// weights are packed.
func (w weights) computed(rows, width int, fill func(row []float32, i int)) transformer.Table {
	if w.Faulty() {
		return transformer.Table{} // the sizes are not to be trusted
	}
	t := transformer.Table{Data: make([]byte, 4*rows*width), Format: f32.Float32, Width: width}
	w.After(func() {
		// one row at a time in float32, then as bytes like a checkpoint's
		row := make([]float32, width)
		for i := range rows {
			clear(row)
			fill(row, i)
			for j, v := range row {
				binary.LittleEndian.PutUint32(t.Data[4*(i*width+j):], math.Float32bits(v))
			}
		}
	})
	return t
}

// vector reads n numbers.
func (w weights) vector(name string, n int) []float32 { return w.floats(name, n) }

// floats reads the numbers of a tensor.
func (w weights) floats(name string, shape ...int) []float32 {
	t, format := w.Tensor(w.prefix+name, shape...)
	if t.Data == nil {
		return nil
	}
	v := make([]float32, t.Len())
	f32.Convert(v, t.Data, format)
	return v
}
