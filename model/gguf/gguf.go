// Package gguf reads the files of llama.cpp, versions 2 and 3: metadata, and
// tensors in many formats, without copying them: where the platform can, a file
// is mapped and a [tensor.Tensor] is a view of it.
//
// A file is taken to be hostile until its header has been checked whole: every
// value and every tensor lies in the file, tensors overlap nowhere, and nothing is
// reserved by what the file says of sizes alone. After that no access can fail,
// but where somebody cuts a mapped file short meanwhile: see [tensor.Guarded].
//
// The format is described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
package gguf

import "github.com/whence-xai/whence/model/tensor"

// A File is an opened file: its tensors, in the order of their data and with
// shapes as PyTorch tells them, the longest step first; and its metadata. It is
// safe for concurrent use. All of it is valid while it is reachable and not closed.
type File struct {
	*tensor.File
	keys   []string
	values map[string]value
}

// Open opens the file at path.
func Open(path string) (*File, error) {
	return open(func(c tensor.Container) (*tensor.File, error) { return c.Open(path) })
}

// OpenBytes opens a file that is already in memory. All of it is a view of data,
// which must not change.
func OpenBytes(data []byte) (*File, error) {
	return open(func(c tensor.Container) (*tensor.File, error) { return c.OpenBytes(data) })
}

func open(from func(tensor.Container) (*tensor.File, error)) (*File, error) {
	f := &File{}
	var err error
	f.File, err = from(tensor.Container{Name: "gguf", Parse: f.parse})
	if err != nil {
		return nil, err
	}
	return f, nil
}
