package gguf

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A kind is the type of a value of the metadata, by its number in files.
type kind uint32

const (
	kindUint8 kind = iota
	kindInt8
	kindUint16
	kindInt16
	kindUint32
	kindInt32
	kindFloat32
	kindBool
	kindText
	kindArray
	kindUint64
	kindInt64
	kindFloat64
)

// sizes are the bytes of a value of each kind, 0 of those that have no fixed size.
var sizes = [...]uint64{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8}

// A value is one of the metadata: the bytes of count elements of a kind one after
// the other, of a single one where it is no list.
type value struct {
	kind  kind
	list  bool
	count uint64
	data  []byte
}

// value reads one with its kind.
func (r *reader) value() value {
	v := value{kind: kind(r.uint32()), count: 1}
	// a list has the kind of its elements and their number in front
	if v.list = v.kind == kindArray; v.list {
		v.kind, v.count = kind(r.uint32()), r.uint64()
	}
	start := r.at
	r.elements(v.kind, v.count, 0)
	if r.err == nil {
		v.data = r.data[start:r.at:r.at]
	}
	return v
}

// elements passes over so many elements of a kind.
// Nothing is made of them. Lists of lists have no fixed size, so that their depth is
// bounded for the stack.
func (r *reader) elements(k kind, count uint64, depth int) {
	const deepest = 8 // of lists in lists
	switch {
	case r.err != nil:
	case int(k) >= len(sizes):
		r.err = fmt.Errorf("a value of unknown type %d", k)
	case depth > deepest:
		r.err = fmt.Errorf("lists in lists more than %d deep", deepest)
	case sizes[k] > 0:
		// the product would come out small
		if count > math.MaxUint64/sizes[k] {
			r.err = errEnd
			return
		}
		r.take(count * sizes[k])
	default:
		for i := uint64(0); i < count && r.err == nil; i++ {
			if k == kindText {
				r.text(0)
				continue
			}
			element := kind(r.uint32())
			r.elements(element, r.uint64(), depth+1)
		}
	}
}

// Keys returns the keys of the metadata in the order of the file. The caller must
// not change it.
func (f *File) Keys() []string { return f.keys }

// Text returns the text under key, and whether there is one.
func (f *File) Text(key string) (string, bool) { return single(f.Texts(key)) }

// Integer returns the integer under key, and whether there is one.
func (f *File) Integer(key string) (int64, bool) { return single(f.Integers(key)) }

// Number returns the number under key, be it an integer, and whether there is one.
func (f *File) Number(key string) (float64, bool) { return single(f.Numbers(key)) }

// Truth returns the truth value under key, and whether there is one.
func (f *File) Truth(key string) (yes, ok bool) {
	v := f.values[key]
	if v.kind != kindBool || v.list || v.data == nil {
		return false, false
	}
	return v.data[0] != 0, true
}

// single returns the only element of a list.
func single[T any](list []T, ok bool) (T, bool) {
	if !ok || len(list) != 1 {
		var none T
		return none, false
	}
	return list[0], true
}

// Texts returns the texts under key, of one that is no list itself, and whether
// there are any.
func (f *File) Texts(key string) ([]string, bool) {
	v, ok := f.values[key]
	if !ok || v.kind != kindText {
		return nil, false
	}
	r, list := &reader{data: v.data}, make([]string, v.count)
	for i := range list {
		list[i] = string(r.text(0))
	}
	return list, true
}

// Integers returns the integers under key, of one that is no list itself, and
// whether there are any.
func (f *File) Integers(key string) ([]int64, bool) {
	return elements(f.values[key], func(k kind, b []byte) (int64, bool) {
		le := binary.LittleEndian
		switch k {
		case kindUint8:
			return int64(b[0]), true
		case kindInt8:
			return int64(int8(b[0])), true
		case kindUint16:
			return int64(le.Uint16(b)), true
		case kindInt16:
			return int64(int16(le.Uint16(b))), true
		case kindUint32:
			return int64(le.Uint32(b)), true
		case kindInt32:
			return int64(int32(le.Uint32(b))), true
		case kindUint64, kindInt64:
			n := le.Uint64(b)
			// a uint64 beyond int64 is no integer here
			return int64(n), k == kindInt64 || n <= math.MaxInt64
		}
		return 0, false
	})
}

// Numbers returns the numbers under key, be they integers, of one that is no list
// itself, and whether there are any.
func (f *File) Numbers(key string) ([]float64, bool) {
	v := f.values[key]
	if v.kind != kindFloat32 && v.kind != kindFloat64 {
		integers, ok := f.Integers(key)
		numbers := make([]float64, len(integers))
		for i, n := range integers {
			numbers[i] = float64(n)
		}
		return numbers, ok
	}
	return elements(v, func(k kind, b []byte) (float64, bool) {
		if k == kindFloat32 {
			return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), true
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), true
	})
}

// elements returns the elements of a value as read tells them, if it can all.
// v.count is bounded by the file: each element has bytes in v.data.
func elements[T any](v value, read func(k kind, b []byte) (T, bool)) ([]T, bool) {
	if v.data == nil || sizes[v.kind] == 0 {
		return nil, false
	}
	size, list := sizes[v.kind], make([]T, 0, v.count)
	for i := range v.count {
		x, ok := read(v.kind, v.data[i*size:][:size])
		if !ok {
			return nil, false
		}
		list = append(list, x)
	}
	return list, true
}
