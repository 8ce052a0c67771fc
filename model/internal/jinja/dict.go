package jinja

import (
	"strconv"
	"strings"
)

// A dict has values by keys, in the order in which they came.
// A key that is set again keeps its place. Dicts are not changed once they are made;
// one that a template extends is a new one.
type dict struct {
	keys, vals []Value
	// at has the number of a key by its hash.
	at map[string]int
}

func newDict(n int) *dict { return &dict{at: make(map[string]int, n)} }

// set gives a key a value while the dict is made.
func (r *run) set(d *dict, key, v Value) {
	h := r.hash(key, 0)
	if i, ok := d.at[h]; ok {
		d.vals[i] = v
		return
	}
	r.makes(8*valueBytes + len(h))
	d.at[h] = len(d.keys)
	d.keys, d.vals = append(d.keys, key), append(d.vals, v)
}

// get returns the value of a key, nil where there is none.
func (r *run) get(d *dict, key Value) Value {
	if i, ok := d.at[r.hash(key, 0)]; ok {
		return d.vals[i]
	}
	return nil
}

// named is get for a name.
func (d *dict) named(name string) Value {
	if i, ok := d.at["s"+name]; ok {
		return d.vals[i]
	}
	return nil
}

// hash returns a string that equal keys share: as Python has it, 1, 1.0 and
// True are equal.
// A letter tells the kind, so that "1" and 1 differ; numbers that are equal are
// spelled alike whatever their kind.
func (r *run) hash(v Value, nest int) string {
	r.nested(nest)
	switch v := v.(type) {
	case Text:
		r.scan(len(v.s))
		return "s" + v.s
	case none:
		return "n"
	case boolean, integer:
		n, _ := whole(v)
		return "i" + decimal(n)
	case huge:
		return "i" + v.String()
	case float:
		// a float that is whole has the hash of the int
		if i := int64(v); float(i) == v {
			return "i" + strconv.FormatInt(i, 10)
		}
		return "f" + strconv.FormatFloat(float64(v), 'g', -1, 64)
	case *list:
		if v.isTuple() {
			var b strings.Builder
			for _, item := range v.items {
				h := r.hash(item, nest+1)
				r.makes(len(h) + 8)
				// with its length in front: ("a", "b") is not ("asb",)
				b.WriteString(decimal(len(h)) + h)
			}
			return "t" + b.String()
		}
	case undefined:
		return "u"
	}
	r.fail("unhashable type: '%s'", v.kind())
	return ""
}

// nested fails for values that lie too deep in others.
// Functions that go through a value call themselves for each level.
func (r *run) nested(nest int) {
	if nest > maxNest {
		r.fail("a value with more than %d values in one another", maxNest)
	}
}
