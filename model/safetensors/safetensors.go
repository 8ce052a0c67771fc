// Package safetensors reads tensors from safetensors files, one file or a
// checkpoint in several with its index, without copying them: where the
// platform can, a file is mapped and a [tensor.Tensor] is a view of it.
//
// A file is taken to be hostile until its header has been checked whole: every
// tensor has a known type, a shape whose bytes are exactly its range, and the
// ranges cover the data without gap or overlap. After that no access can fail, but
// where somebody cuts a mapped file short meanwhile: see [tensor.Guarded].
//
// The format is described at https://github.com/huggingface/safetensors.
package safetensors

import "github.com/whence-xai/whence/model/tensor"

// container is the kind of file that this package reads.
var container = tensor.Container{Name: "safetensors", Parse: parse}

// Open opens the checkpoint at path: a safetensors file, or the index of one in
// several files, whose name ends in ".index.json".
func Open(path string) (*tensor.File, error) { return container.Open(path) }

// OpenBytes opens a checkpoint of one file that is already in memory. The
// tensors are views of data, which must not change.
func OpenBytes(data []byte) (*tensor.File, error) { return container.OpenBytes(data) }
