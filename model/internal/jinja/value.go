package jinja

import (
	"math/big"
	"strconv"
)

// A Value is what an expression of a template comes to. The kinds are those of
// Python; none can be changed once it is made, but for a namespace.
// What operators and filters do with them is written by a switch over the kinds
// where it is done, and not as methods here: most operators need two kinds at once.
type Value interface {
	// kind is the name that Python has for the type.
	kind() string
}

type (
	// undefined is what a name stands for that nothing was set to. Any use but
	// printing and looking fails with what it says.
	undefined struct{ what string }
	none      struct{}
	boolean   bool
	integer   int64
	huge      struct{ *big.Int } // an integer that int64 cannot hold
	float     float64

	// A list is anything with values in order.
	list struct {
		// items are not written to once the list is made, since lists share them.
		items []Value
		shape shape
		taken bool // a generator: its items were taken

		// start, stop and step are what range() was called with, which is how
		// Python prints one; the items are made already.
		start, stop, step int
	}
	// A namespace is the one thing that a template can change.
	namespace struct{ names map[string]Value }
	function  struct {
		name string
		call func(r *run, a *args) Value
	}
)

// A shape is what a list is to Python.
type shape int

const (
	listShape shape = iota
	tupleShape
	groupShape // a tuple of a grouper and its list
	rangeShape
	generatorShape
	keysShape
	valuesShape
	itemsShape
)

func (undefined) kind() string  { return "Undefined" }
func (none) kind() string       { return "NoneType" }
func (boolean) kind() string    { return "bool" }
func (integer) kind() string    { return "int" }
func (huge) kind() string       { return "int" }
func (float) kind() string      { return "float" }
func (Text) kind() string       { return "str" }
func (*dict) kind() string      { return "dict" }
func (*namespace) kind() string { return "Namespace" }
func (*function) kind() string  { return "function" }

// kind: a group, which jinja2 makes a named tuple, is called a tuple.
func (l *list) kind() string {
	return [...]string{"list", "tuple", "tuple", "range", "generator", "dict_keys", "dict_values", "dict_items"}[l.shape]
}

// indexed reports whether a list has its values by number.
func (l *list) indexed() bool { return l.shape <= rangeShape }

func (l *list) isTuple() bool { return l.shape == tupleShape || l.shape == groupShape }

// valueBytes is what a value counts for in the bytes that a run may make: the two
// words of an interface.
const valueBytes = 16

func (r *run) list(items ...Value) *list { return r.shaped(listShape, items) }

// shaped makes a list, whose four values on top pay for the list itself. It owns
// items from then on.
func (r *run) shaped(s shape, items []Value) *list {
	r.makes(valueBytes * (len(items) + 4))
	return &list{items: items, shape: s}
}

// truth reports whether Python takes a value for true.
func truth(v Value) bool {
	switch v := v.(type) {
	case undefined, none:
		return false
	case boolean:
		return bool(v)
	case integer:
		return v != 0
	case float:
		return v != 0
	case Text:
		return v.s != ""
	case *list:
		return v.shape == generatorShape || len(v.items) > 0
	case *dict:
		return len(v.keys) > 0
	}
	return true
}

// size returns the length of a value, and whether it has one.
// An undefined value has a length of 0: jinja2's Undefined has __len__, which
// templates use to ask for a list that may be missing.
func size(v Value) (n int, ok bool) {
	switch v := v.(type) {
	case undefined:
		return 0, true
	case Text:
		return v.length(), true
	case *list:
		return len(v.items), v.shape != generatorShape
	case *dict:
		return len(v.keys), true
	case *loop:
		return len(v.items), true
	}
	return 0, false
}

// iterate returns the values that a loop over v sees.
func (r *run) iterate(v Value) []Value {
	items, ok := r.iterable(v)
	if !ok {
		r.fail("'%s' object is not iterable", v.kind())
	}
	return items
}

// iterable tells as well whether a value can be looped over. A generator gives its
// values once: a second loop over one sees none, as in Python.
func (r *run) iterable(v Value) (items []Value, ok bool) {
	switch v := v.(type) {
	case undefined:
		return nil, true
	case Text:
		// each character is a text of its own, with its sources
		n := v.length()
		r.makes(n * 4 * valueBytes)
		items = make([]Value, 0, n)
		for i, c := range v.s {
			items = append(items, v.cut(i, i+len(string(c))))
		}
		return items, true
	case *list:
		if v.taken {
			return nil, true
		}
		v.taken = v.shape == generatorShape
		return v.items, true
	case *dict:
		return v.keys, true
	}
	return nil, false
}

func quoted(s string) string { return "'" + s + "'" }

// whole returns the integer that a value is, and whether it is one.
// A bool is one, as in Python, where True + 1 is 2.
func whole(v Value) (n int, ok bool) {
	switch v := v.(type) {
	case integer:
		return int(v), true
	case boolean:
		if v {
			n = 1
		}
		return n, true
	case huge: // further than anything reaches
		// far beyond any length, on the side of its sign
		return v.Sign() << 62, true
	}
	return 0, false
}

// number is whole for an argument called what.
func (r *run) number(v Value, what string) int {
	n, ok := whole(v)
	if !ok {
		r.defined(v)
		r.fail("%s: want an integer, not '%s'", what, v.kind())
	}
	return n
}

// defined fails for what is undefined.
// jinja2's Undefined fails when it is used and not when it is looked up, so that
// "x is defined" and "x or 1" work; what uses a value calls this first.
func (r *run) defined(v Value) {
	if u, ok := v.(undefined); ok {
		r.fail("%s", u.what)
	}
}

// str is the text that a value must be; what is a filter or the like.
func (r *run) str(v Value, what string) Text {
	t, ok := v.(Text)
	if !ok {
		r.defined(v)
		r.fail("%s: want a string, not '%s'", what, v.kind())
	}
	return t
}

func decimal(n int) string { return strconv.Itoa(n) }

// None returns Python's None.
func None() Value { return none{} }

// Bool returns True or False.
func Bool(b bool) Value { return boolean(b) }
