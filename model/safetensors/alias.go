package safetensors

import "github.com/whence-xai/whence/model/tensor"

// What is in a file is the same in all kinds of them: see package tensor.
type (
	// Tensor is that of package tensor.
	Tensor = tensor.Tensor
	// File is that of package tensor.
	File = tensor.File
	// DType is that of package tensor.
	DType = tensor.DType
)

// The types of numbers.
const (
	F64  = tensor.F64
	F32  = tensor.F32
	F16  = tensor.F16
	BF16 = tensor.BF16
	I64  = tensor.I64
	I32  = tensor.I32
	Bool = tensor.Bool
	U8   = tensor.U8
)
