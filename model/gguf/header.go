package gguf

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/whence-xai/whence/model/tensor"
)

// alignmentKey is what tells the alignment of the data, and usualAlignment what it
// is where nothing does.
const (
	alignmentKey   = "general.alignment"
	usualAlignment = 32
)

// maxTensors and maxKeys are far above any file's, so that what is kept of one
// takes little memory whatever it says.
const maxTensors, maxKeys = 1 << 18, 1 << 16

// parse reads a whole file: the mark, the version, how many tensors and values
// there are, the values, what there is to know of the tensors, the data.
// Every number is the file's and may be anything: it is compared with what is left of the
// file before anything is made by it.
func (f *File) parse(file []byte) ([]tensor.Tensor, error) {
	r := &reader{data: file}
	if mark := r.take(4); !bytes.Equal(mark, []byte("GGUF")) {
		return nil, errors.New("no GGUF file: it does not begin with these letters")
	}
	// version 1 had lengths of 32 bits
	switch version := r.uint32(); {
	case version == 2 || version == 3:
	// a small number that is read the wrong way round
	case bits.ReverseBytes32(version) < 1<<16 && version >= 1<<16:
		return nil, errors.New("a big-endian file; only little-endian ones are read: convert the model again without --bigendian")
	default:
		return nil, fmt.Errorf("version %d of GGUF; supported are 2 and 3", version)
	}
	tensors, values := r.uint64(), r.uint64()
	switch {
	case r.err != nil:
		return nil, r.err
	case tensors > maxTensors:
		return nil, fmt.Errorf("%d tensors; there may be %d", tensors, maxTensors)
	case values > maxKeys:
		return nil, fmt.Errorf("%d keys; there may be %d", values, maxKeys)
	}
	if err := f.metadata(r, values); err != nil {
		return nil, err
	}
	alignment := int64(usualAlignment)
	if _, told := f.values[alignmentKey]; told {
		var ok bool
		if alignment, ok = f.Integer(alignmentKey); !ok || alignment <= 0 || alignment > math.MaxInt32 || alignment&(alignment-1) != 0 {
			return nil, fmt.Errorf("key %q is no power of two", alignmentKey)
		}
	}
	entries, err := entriesOf(r, tensors)
	if err != nil {
		return nil, err
	}
	// the data begins at the next multiple of the alignment
	start := (r.at + int(alignment) - 1) &^ (int(alignment) - 1)
	return cut(entries, file[min(start, len(file)):], uint64(alignment))
}

// metadata reads so many values with their keys.
// Values stay bytes of the file until they are asked for, so that a vocabulary of a
// million tokens costs nothing while it is looked over.
func (f *File) metadata(r *reader, count uint64) error {
	f.values = make(map[string]value)
	for range count {
		const longest = 1<<16 - 1
		key := string(r.text(longest))
		v := r.value()
		_, twice := f.values[key]
		switch {
		case r.err != nil && key == "":
			return fmt.Errorf("key %d of %d: %w", len(f.keys)+1, count, r.err)
		case r.err != nil:
			return fmt.Errorf("key %.100q: %w", key, r.err)
		case twice:
			return fmt.Errorf("key %.100q is there twice", key)
		}
		f.keys, f.values[key] = append(f.keys, key), v
	}
	return nil
}

// An entry is what the header says of a tensor.
type entry struct {
	tensor.Tensor
	offset, size uint64 // of its data
}

// entriesOf reads what there is to know of so many tensors.
func entriesOf(r *reader, count uint64) ([]entry, error) {
	var list []entry
	for range count {
		e, err := entryOf(r)
		if r.err != nil {
			err = r.err
		}
		switch {
		case err != nil && e.Name == "":
			return nil, fmt.Errorf("tensor %d of %d: %w", len(list)+1, count, err)
		case err != nil:
			return nil, fmt.Errorf("tensor %q: %w", e.Name, err)
		}
		list = append(list, e)
	}
	return list, nil
}

// entryOf reads one: name, sizes with the shortest step first, type, offset.
// ggml counts dimensions from the fastest on, which is the other way round from PyTorch.
func entryOf(r *reader) (e entry, err error) {
	const longest, most = 1 << 10, 4 // of a name, and of sizes: as many as ggml has
	e.Name = string(r.text(longest))
	n := r.uint32()
	if n > most && r.err == nil {
		return e, fmt.Errorf("%d dimensions; there may be %d", n, most)
	}
	// the product is bounded as it grows, so that it never runs over
	numbers := uint64(1)
	for range n {
		size := r.uint64()
		over, product := bits.Mul64(numbers, size)
		if size == 0 || over != 0 || product > math.MaxInt32<<20 {
			return e, cmp.Or(r.err, fmt.Errorf("a dimension of %d", size))
		}
		numbers = product
		e.Shape = append(e.Shape, int(size))
	}
	kind, offset := r.uint32(), r.uint64()
	if r.err != nil {
		return e, r.err
	}
	t, ok := types[kind]
	switch {
	case !ok:
		return e, fmt.Errorf("unknown type %d", kind)
	case n == 0 || e.Shape[0]%t.numbers != 0:
		return e, fmt.Errorf("rows of %d numbers, which are no blocks of %s", e.Shape, t.name)
	}
	slices.Reverse(e.Shape)
	e.DType = tensor.DType(t.name)
	e.offset, e.size = offset, numbers/uint64(t.numbers)*uint64(t.bytes)
	return e, nil
}

// cut checks the entries against data and cuts it into tensors, in its order.
// Tensors may not overlap: no converter writes such a file.
func cut(list []entry, data []byte, alignment uint64) ([]tensor.Tensor, error) {
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.offset, b.offset) })
	tensors := make([]tensor.Tensor, len(list))
	end := uint64(0)
	for i, e := range list {
		switch {
		case e.offset%alignment != 0:
			return nil, fmt.Errorf("tensor %q begins at byte %d of the data, which is no multiple of %d", e.Name, e.offset, alignment)
		case e.offset < end:
			return nil, fmt.Errorf("tensor %q begins at byte %d of the data, its predecessor ends at %d", e.Name, e.offset, end)
		case e.offset > uint64(len(data)) || e.size > uint64(len(data))-e.offset:
			return nil, fmt.Errorf("tensor %q of %d bytes begins at byte %d of the data, which ends at %d: the file is not whole", e.Name, e.size, e.offset, len(data))
		}
		end = e.offset + e.size
		e.Data = data[e.offset:end:end]
		tensors[i] = e.Tensor
	}
	return tensors, nil
}
