// Package pickle reads the tensors of weights that PyTorch saved with torch.save,
// such as pytorch_model.bin: a zip archive, as torch writes since its version 1.6,
// or the stream before it, one file or several with their index.
//
// Such a file holds a pickle, which is a program for Python's unpickler that can
// call anything. Here nothing can be called: an interpreter of the opcodes that
// make dictionaries, lists, tuples, numbers and texts knows a fixed list of names,
// each of which stands for something that it builds itself. Any other name is an
// error that tells it. A file is taken to be hostile: its sizes are checked before
// anything is made by them, and what is made is bounded by the file.
//
// Tensors are views of the file, which is mapped where the platform can, but for
// those that are not stored row by row or in little-endian, which are copied.
package pickle

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/tensor"
)

// container is the kind of file that this package reads.
var container = tensor.Container{Name: "pickle", Parse: parse}

// Open opens the checkpoint at path: a file of torch.save, or the index of several,
// whose name ends in ".index.json".
func Open(path string) (*tensor.File, error) { return container.Open(path) }

// OpenBytes opens a checkpoint of one file that is already in memory. The tensors
// are views of data, which must not change.
func OpenBytes(data []byte) (*tensor.File, error) { return container.OpenBytes(data) }

// parse returns the tensors of a file of either form.
func parse(file []byte) ([]tensor.Tensor, error) {
	switch {
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return parseZip(file)
	case bytes.HasPrefix(file, []byte(magic)):
		return parseStream(file)
	case bytes.HasPrefix(file, []byte("version https://git-lfs")):
		return nil, errors.New("a pointer of git-lfs, not the file itself; git lfs pull brings it")
	case len(file) > 262 && string(file[257:262]) == "ustar":
		return nil, errors.New("a tar archive of a torch before 0.1.10; load it with one and save it anew")
	}
	return nil, fmt.Errorf("%d bytes are no file of torch.save, neither a zip archive nor the stream before it", len(file))
}

// collect returns the tensors of what a pickle holds, a dictionary by their names.
// What else there is in it, numbers and texts, is no part of a model.
func collect(top value, x *extent) ([]tensor.Tensor, error) {
	all, ok := top.(*dict)
	if !ok {
		return nil, fmt.Errorf("holds %s, not a dictionary of tensors", describe(top))
	}
	var list []tensor.Tensor
	for i, key := range all.keys {
		name, named := key.(string)
		a, is := all.values[i].(*array)
		if !is {
			continue
		}
		if !named {
			return nil, fmt.Errorf("a tensor has %s for its name", describe(key))
		}
		data, err := x.bytes(a)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		list = append(list, tensor.Tensor{Name: name, DType: a.dtype, Shape: a.shape, Data: data})
	}
	if len(list) == 0 {
		return nil, empty(all)
	}
	return list, nil
}

// empty is the error of a dictionary without tensors, which may lie deeper.
func empty(all *dict) error {
	for i, v := range all.values {
		inner, ok := v.(*dict)
		if ok && slices.ContainsFunc(inner.values, func(v value) bool { _, is := v.(*array); return is }) {
			return fmt.Errorf("has no tensors but in its %v: it is a checkpoint of a training; save that dictionary by itself (in Python: torch.save(model.state_dict(), …))", quoted(all.keys[i]))
		}
	}
	return errors.New("has no tensors")
}
