package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/model/tensor"
)

// maxHeader bounds the header as the reference implementation does.
const maxHeader = 100_000_000

// parse reads a whole file: the header's length in 8 bytes, the header in
// JSON, the data.
// The bounds are those of the format's own implementation (safetensors, tensor.rs), which
// refuses holes and overlaps between tensors as well.
func parse(file []byte) ([]tensor.Tensor, error) {
	if len(file) < 8 {
		return nil, fmt.Errorf("%d bytes are no safetensors file", len(file))
	}
	// compared as an unsigned number with what is left, so that no sum runs over
	n := binary.LittleEndian.Uint64(file)
	if n > maxHeader || n > uint64(len(file)-8) {
		return nil, fmt.Errorf("header of %d bytes in a file of %d", n, len(file))
	}
	header, data := file[8:8+n], file[8+n:]
	entries, err := entries(header)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	return cut(entries, data)
}

// An entry is what the header says of a tensor.
type entry struct {
	name  string
	DType tensor.DType `json:"dtype"`
	Shape []int        `json:"shape"`
	Range *[2]int      `json:"data_offsets"`
}

// entries returns the header's tensors in any order.
// Token by token, since package json would take the last of two equal keys.
func entries(header []byte) ([]entry, error) {
	dec := json.NewDecoder(bytes.NewReader(header))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.Join(errors.New("not a JSON object"), err)
	}
	var list []entry
	seen := make(map[string]bool)
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		e := entry{name: key.(string)} // the decoder allows nothing else as a key
		if seen[e.name] {
			return nil, fmt.Errorf("%q is there twice", e.name)
		}
		seen[e.name] = true
		// texts by texts, of which nothing is used
		if e.name == "__metadata__" {
			var metadata map[string]string
			if err := dec.Decode(&metadata); err != nil {
				return nil, fmt.Errorf("metadata: %w", err)
			}
			continue
		}
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
		list = append(list, e)
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	// the header may be filled up with spaces, for the data to be aligned
	if rest := bytes.TrimLeft(header[dec.InputOffset():], " \n\r\t\x00"); len(rest) > 0 {
		return nil, errors.New("more after the JSON object")
	}
	return list, nil
}

// cut checks the entries against data, all of which they must cover, and
// cuts it into tensors, in the order of their data.
// That leaves no room for bytes that are no tensor's, in which a file could hide others.
func cut(list []entry, data []byte) ([]tensor.Tensor, error) {
	for _, e := range list {
		if err := e.check(len(data)); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		if a.Range[0] != b.Range[0] {
			return a.Range[0] - b.Range[0]
		}
		return a.Range[1] - b.Range[1] // empty tensors first
	})
	tensors := make([]tensor.Tensor, 0, len(list))
	at := 0
	for _, e := range list {
		lo, hi := e.Range[0], e.Range[1]
		if lo != at {
			return nil, fmt.Errorf("tensor %q begins at byte %d of the data, its predecessor ends at %d", e.name, lo, at)
		}
		at = hi
		tensors = append(tensors, tensor.Tensor{Name: e.name, DType: e.DType, Shape: e.Shape, Data: data[lo:hi:hi]})
	}
	if at != len(data) {
		return nil, fmt.Errorf("the tensors end at byte %d of the data, the file at %d", at, len(data))
	}
	return tensors, nil
}

// check tells whether type, shape and range fit one another and the data's length.
func (e entry) check(length int) error {
	size := e.DType.Size()
	if size == 0 {
		return fmt.Errorf("unknown type %q", e.DType)
	}
	if e.Shape == nil || e.Range == nil {
		return errors.New("no shape or no data_offsets")
	}
	lo, hi := e.Range[0], e.Range[1]
	if lo < 0 || hi < lo || hi > length {
		return fmt.Errorf("data_offsets [%d, %d] in data of %d bytes", lo, hi, length)
	}
	// bounded before each product, since the sizes are the file's
	bytes := size
	for _, d := range e.Shape {
		if d < 0 || d > 0 && bytes > math.MaxInt/d {
			return fmt.Errorf("shape %d of %s", e.Shape, e.DType)
		}
		bytes *= d
	}
	if bytes != hi-lo {
		return fmt.Errorf("shape %d of %s takes %d bytes, data_offsets give %d", e.Shape, e.DType, bytes, hi-lo)
	}
	return nil
}
