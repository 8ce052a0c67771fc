// Package tensor is what the kinds of files that hold weights have in common: the
// tensors themselves, files that are mapped, checkpoints in several files with
// their index.
package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
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
)

// Size returns the bytes of an element, 0 for an unknown type.
func (d DType) Size() int {
	switch d {
	case F64, I64, U64:
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
type Tensor struct {
	Name  string
	DType DType
	Shape []int
	Data  []byte // little-endian elements, at any alignment; read only
}

// Len returns the number of elements.
func (t Tensor) Len() int { return len(t.Data) / max(1, t.DType.Size()) }

// Float32s appends the elements to dst as float32: F32, F16 and BF16 exactly,
// F64 rounded. Another type is an error.
func (t Tensor) Float32s(dst []float32) ([]float32, error) {
	le := binary.LittleEndian
	switch data := t.Data; t.DType {
	case F32:
		for ; len(data) >= 4; data = data[4:] {
			dst = append(dst, math.Float32frombits(le.Uint32(data)))
		}
	case F16:
		for ; len(data) >= 2; data = data[2:] {
			dst = append(dst, half(le.Uint16(data)))
		}
	case BF16:
		for ; len(data) >= 2; data = data[2:] {
			dst = append(dst, math.Float32frombits(uint32(le.Uint16(data))<<16))
		}
	case F64:
		for ; len(data) >= 8; data = data[8:] {
			dst = append(dst, float32(math.Float64frombits(le.Uint64(data))))
		}
	default:
		return dst, fmt.Errorf("tensor %q is of type %s, not of floats", t.Name, t.DType)
	}
	return dst, nil
}

// Half returns the value of an IEEE 754 binary16.
func half(h uint16) float32 {
	const infinity = 0x1f
	sign, exponent, fraction := uint32(h>>15)<<31, uint32(h>>10&infinity), uint32(h&0x3ff)
	switch exponent {
	case 0: // zero and subnormal: fraction × 2⁻²⁴
		return math.Float32frombits(math.Float32bits(float32(fraction)*0x1p-24) | sign)
	case infinity:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	}
	return math.Float32frombits(sign | (exponent+127-15)<<23 | fraction<<13)
}
