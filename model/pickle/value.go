package pickle

import (
	"fmt"
	"strconv"

	"github.com/whence-xai/whence/model/tensor"
)

// A value is what the interpreter makes: nil, bool, int64, float64, string, tuple,
// *list, *dict, long, global, opaque, *storage or *array.
type value any

type (
	// A tuple is a tuple of Python.
	tuple []value
	// A list is a list or a set of Python.
	list struct{ items []value }
	// A long is an integer of more than 64 bits, in its bytes.
	long string
	// An opaque is a value of a class that says nothing of tensors.
	opaque string
)

// A dict is a dictionary in the order in which it was filled.
// Keys that are no texts are kept only for what they would be wrong for.
type dict struct {
	keys, values []value
	names        map[string]bool // the keys that are texts
}

// set adds an entry. Python would overwrite one that is there; a file that has a
// name twice is made to be read in two ways.
func (d *dict) set(key, v value) error {
	switch k := key.(type) {
	case string:
		if d.names[k] {
			return fmt.Errorf("%.100q is there twice", k)
		}
		if d.names == nil {
			d.names = make(map[string]bool)
		}
		d.names[k] = true
	case *list, *dict, *storage, *array:
		return fmt.Errorf("%s as a key", describe(key))
	}
	d.keys, d.values = append(d.keys, key), append(d.values, v)
	return nil
}

// A storage is numbers that tensors are parts of.
type storage struct {
	dtype tensor.DType
	size  int    // elements
	data  []byte // nil until it is read
	key   string
}

// An array is a tensor: a part of a storage by its shape and strides, in elements.
type array struct {
	*storage
	dtype   tensor.DType
	offset  int
	shape   []int
	strides []int
}

// describe says what a value is.
func describe(v value) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a truth value"
	case int64, long:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "a text"
	case tuple:
		return "a tuple"
	case *list:
		return "a list"
	case *dict:
		return "a dictionary"
	case global:
		return "the name " + v.name
	case opaque:
		return "a " + string(v)
	case *storage:
		return "a storage"
	case *array:
		return "a tensor"
	}
	return "something else"
}

// quoted returns a key as it reads.
func quoted(key value) string {
	if s, ok := key.(string); ok {
		return strconv.Quote(s[:min(len(s), 100)])
	}
	return describe(key)
}
