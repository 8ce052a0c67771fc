// Package tensor is what the kinds of files that hold weights have in common: the
// tensors themselves, files that are mapped, checkpoints in several files with
// their index.
package tensor

import (
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A DType is the type of a tensor's elements, by its name in safetensors.
type DType string

// The types whose size is known. [Tensor.Float32s] tells which can be read as
// numbers; the others can be passed over.
const (
	F64    DType = "F64"
	F32    DType = "F32"
	F16    DType = "F16"
	BF16   DType = "BF16"
	F8E4M3 DType = "F8_E4M3"
	F8E5M2 DType = "F8_E5M2"
	I64    DType = "I64"
	I32    DType = "I32"
	I16    DType = "I16"
	I8     DType = "I8"
	U64    DType = "U64"
	U32    DType = "U32"
	U16    DType = "U16"
	U8     DType = "U8"
	Bool   DType = "BOOL"
	C64    DType = "C64" // complex, of two F32
)

// Size returns the bytes of an element, 0 for an unknown type.
func (d DType) Size() int {
	switch d {
	case F64, I64, U64, C64:
		return 8
	case F32, I32, U32:
		return 4
	case F16, BF16, I16, U16:
		return 2
	case F8E4M3, F8E5M2, I8, U8, Bool:
		return 1
	}
	return 0
}

// A Tensor is a named array in row-major order.
// It is a value: copies share Data, which nobody writes to.
type Tensor struct {
	Name  string // as PyTorch calls it, such as "encoder.layer.0.output.dense.weight"
	DType DType  // as it is stored
	Shape []int  // the longest step first; none of a single number
	Data  []byte // little-endian elements, at any alignment; read only
}

// Len returns the number of elements.
func (t Tensor) Len() int {
	n := 1
	for _, size := range t.Shape {
		n *= size
	}
	return n
}

// Float32s appends the elements to dst as float32: F32, F16, BF16 and the blocks
// of llama.cpp exactly, F64 rounded. Another type is an error.
func (t Tensor) Float32s(dst []float32) ([]float32, error) {
	format, ok := f32.FormatOf(string(t.DType))
	if !ok {
		return dst, fmt.Errorf("tensor %q is of type %s, not of floats that are read", t.Name, t.DType)
	}
	start, n := len(dst), t.Len()
	dst = slices.Grow(dst, n)[:start+n]
	f32.Convert(dst[start:], t.Data, format)
	return dst, nil
}
