package pickle

import (
	"fmt"
	"math"
	"slices"
)

// maxDimensions is far more than any tensor of a model has.
const maxDimensions = 16

// length returns a number that counts elements.
func length(v value) (int, error) {
	// bool and long are other types: neither counts elements
	n, ok := v.(int64)
	if !ok {
		return 0, fmt.Errorf("%s, not an integer", describe(v))
	}
	if n < 0 || n > math.MaxInt {
		return 0, fmt.Errorf("%d, which is none", n)
	}
	return int(n), nil
}

// lengths returns the numbers of a tuple.
func lengths(v value) ([]int, error) {
	t, ok := v.(tuple)
	if !ok {
		return nil, fmt.Errorf("%s, not a tuple", describe(v))
	}
	if len(t) > maxDimensions {
		return nil, fmt.Errorf("%d dimensions, of which there may be %d", len(t), maxDimensions)
	}
	all := make([]int, len(t))
	for i, v := range t {
		var err error
		if all[i], err = length(v); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// An extent makes the bytes of tensors out of those of their storages.
type extent struct {
	swapped bool // storages are big-endian
	left    int  // bytes that copies may take yet
}

// newExtent returns the extent of a file of that length. Copies of tensors that are
// stored in another order take what the file takes, but one number can be the whole
// of a large tensor by its strides.
func newExtent(file int) *extent { return &extent{left: 2*file + 1<<20} }

// bytes returns the elements of a row by row, in little-endian.
// A tensor whose elements follow one another is a view; a transposed or an expanded one
// is copied in the order that its shape tells.
func (x *extent) bytes(a *array) ([]byte, error) {
	if a.data == nil {
		return nil, fmt.Errorf("the file has no storage %.100q", a.key)
	}
	// 0 for the untyped storages, unless the tensor tells the type
	size := a.dtype.Size()
	if size == 0 {
		return nil, fmt.Errorf("a storage of bytes without a type of numbers")
	}
	// nothing is reserved before this
	count, err := a.check(len(a.data) / size)
	if err != nil || count == 0 {
		return nil, err
	}
	// inner 0: all dimensions are one run, so that nothing is gathered
	inner, run := a.run()
	if inner == 0 && (!x.swapped || size == 1) {
		return a.data[a.offset*size:][: count*size : count*size], nil
	}
	if err := x.reserve(count * size); err != nil {
		return nil, err
	}
	data := a.gather(make([]byte, 0, count*size), a.offset, 0, inner, run*size)
	if x.swapped {
		swap(data, size)
	}
	return data, nil
}

// reserve accounts for a copy.
func (x *extent) reserve(bytes int) error {
	if bytes > x.left {
		return fmt.Errorf("takes %d bytes, more than the file can mean", bytes)
	}
	x.left -= bytes
	return nil
}

// check tells whether a lies within a storage of that many elements, and returns
// how many it has itself.
// Products and sums are bounded step by step, since all four kinds of numbers are the
// file's: offset + Σ (shape−1)·stride must be less than the storage has.
func (a *array) check(within int) (int, error) {
	outside := fmt.Errorf("shape %d with strides %d from element %d of a storage of %d", a.shape, a.strides, a.offset, within)
	if len(a.shape) != len(a.strides) {
		return 0, outside
	}
	count, last := 1, a.offset
	// no elements, whatever offset and strides are
	if slices.Contains(a.shape, 0) {
		return 0, nil
	}
	for i, n := range a.shape {
		// eight bytes an element at most
		if count > math.MaxInt/8/n {
			return 0, outside
		}
		count *= n
		// a dimension of one element is not stepped over, and a stride of 0 repeats
		if step := a.strides[i]; n > 1 && step > 0 {
			if n-1 > within/step {
				return 0, outside
			}
			last += (n - 1) * step
		}
		if last < 0 || last >= within {
			return 0, outside
		}
	}
	if last >= within {
		return 0, outside
	}
	return count, nil
}

// run returns the dimension from which on the elements of a follow one another in
// its storage, and how many do.
func (a *array) run() (dimension, elements int) {
	dimension, elements = len(a.shape), 1
	for dimension > 0 && (a.shape[dimension-1] == 1 || a.strides[dimension-1] == elements) {
		dimension--
		elements *= a.shape[dimension]
	}
	return dimension, elements
}

// gather appends the elements of a from a dimension on, of those that begin at
// element at. Those of the dimensions from inner on are a run of so many bytes.
func (a *array) gather(dst []byte, at, dimension, inner, run int) []byte {
	if dimension == inner {
		return append(dst, a.data[at*a.dtype.Size():][:run]...)
	}
	for range a.shape[dimension] {
		dst = a.gather(dst, at, dimension+1, inner, run)
		at += a.strides[dimension]
	}
	return dst
}

// swap turns round the bytes of every element.
func swap(data []byte, size int) {
	for element := range slices.Chunk(data, size) {
		slices.Reverse(element)
	}
}
