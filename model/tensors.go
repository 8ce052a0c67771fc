package model

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/safetensors"
)

// norm reads a layer normalization, by the names of today or those of the
// first checkpoints.
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
func (w weights) rms(name string, width int, epsilon, plus float64) transformer.Norm {
	n := transformer.Norm{Gain: w.vector(name+".weight", width), Epsilon: float32(epsilon), RMS: true}
	for i := range n.Gain {
		n.Gain[i] += float32(plus)
	}
	return n
}

// words reads the embedding of tokens. Of a tied model there may be only the
// matrix that scores words, under one of the names.
func (w weights) words(name string, rows, width int, heads ...string) transformer.Table {
	for _, head := range heads {
		if _, there := w.file.Tensor(head + ".weight"); there && !w.has(name) && !w.untied {
			w.prefix, name = "", head+".weight"
		}
	}
	return w.table(name, rows, width)
}

// table reads an embedding. It stays where and as it is.
func (w weights) table(name string, rows, width int) transformer.Table {
	t, format := w.tensor(name, rows, width)
	return transformer.Table{Data: t.Data, Format: format, Width: width}
}

// computed returns a table that no checkpoint has; finish has fill write every
// row.
func (w weights) computed(rows, width int, fill func(row []float32, i int)) transformer.Table {
	if w.faults.any() {
		return transformer.Table{} // the sizes are not to be trusted
	}
	t := transformer.Table{Data: make([]byte, 4*rows*width), Format: f32.Float32, Width: width}
	w.after(func() {
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
	t, format := w.tensor(name, shape...)
	if t.Data == nil {
		return nil
	}
	v := make([]float32, t.Len())
	f32.Convert(v, t.Data, format)
	return v
}

// tensor returns the tensor called name, or none if it is not as it must be,
// which is noted once.
func (w weights) tensor(name string, shape ...int) (safetensors.Tensor, f32.Format) {
	name = w.prefix + name
	faulty, again := w.used[name]
	t, there := w.file.Tensor(name)
	t, format, known := readable(t)
	list, fault := (*[]string)(nil), ""
	switch {
	case !there:
		list, fault = &w.faults.Missing, fmt.Sprintf("%s %d", name, shape)
	case !known:
		list, fault = &w.faults.Mistyped, fmt.Sprintf("%s is %s, not F64, F32, F16 or BF16", name, t.DType)
	case !slices.Equal(t.Shape, shape):
		list, fault = &w.faults.Misshapen, fmt.Sprintf("%s is %d, not %d", name, t.Shape, shape)
	}
	w.used[name] = faulty || list != nil
	if list != nil {
		if !faulty {
			*list = append(*list, fault)
		}
		return safetensors.Tensor{}, 0
	}
	if !again && !w.trusted {
		w.fills = append(w.fills, func() { w.look(t, format) })
	}
	return t, format
}

// readable returns a tensor in a format that is read, and whether there is one.
// Double precision is narrowed.
func readable(t safetensors.Tensor) (safetensors.Tensor, f32.Format, bool) {
	if t.DType == safetensors.F64 {
		narrow := make([]byte, 0, len(t.Data)/2)
		for i := 0; i+8 <= len(t.Data); i += 8 {
			x := math.Float64frombits(binary.LittleEndian.Uint64(t.Data[i:]))
			narrow = binary.LittleEndian.AppendUint32(narrow, math.Float32bits(float32(x)))
		}
		t.Data, t.DType = narrow, safetensors.F32
	}
	format, known := formats[t.DType]
	return t, format, known
}

// look notes a tensor in which a number is not one.
func (w weights) look(t safetensors.Tensor, format f32.Format) {
	if !f32.Finite(t.Data, format) {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.faults.NotFinite = append(w.faults.NotFinite, t.Name)
	}
}

// formats are the types that are read.
var formats = map[safetensors.DType]f32.Format{safetensors.F32: f32.Float32, safetensors.F16: f32.Float16, safetensors.BF16: f32.BFloat16}
