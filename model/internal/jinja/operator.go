package jinja

import "strings"

// binary returns a op b.
// Operators that two kinds of values share are tried in turn: numbers first, then
// what + and * mean to texts and lists.
func (r *run) binary(op string, a, b Value) Value {
	r.defined(a)
	// formatting takes undefined values too, which print as nothing
	if t, ok := a.(Text); ok && op == "%" {
		return r.printf(t, b)
	}
	r.defined(b)
	if v := r.arithmetic(op, a, b); v != nil {
		return v
	}
	switch op {
	case "+":
		if v := r.sum(a, b); v != nil {
			return v
		}
	case "*":
		// 3 * "a" is the same as "a" * 3
		n, ok := whole(b)
		v := a
		if !ok {
			n, ok = whole(a)
			v = b
		}
		if ok {
			if v := r.repeated(v, n); v != nil {
				return v
			}
		}
	}
	r.fail("unsupported operand type(s) for %s: '%s' and '%s'", op, a.kind(), b.kind())
	return nil
}

// sum returns the sum of texts or lists, nil of what has none.
// A list and a tuple have no sum, nor has a range or a generator.
func (r *run) sum(a, b Value) Value {
	switch a := a.(type) {
	case Text:
		if b, ok := b.(Text); ok {
			return r.joined(a, b)
		}
		r.fail("can only concatenate str (not \"%s\") to str", b.kind())
	case *list:
		b, ok := b.(*list)
		if !ok || a.isTuple() != b.isTuple() || !a.isTuple() && (a.shape != listShape || b.shape != listShape) {
			return nil
		}
		r.makes(valueBytes * (len(a.items) + len(b.items)))
		shape := listShape
		if a.isTuple() {
			shape = tupleShape
		}
		// the capacity ends with the items, so that append copies and never writes into memory
		// that another list has
		return r.shaped(shape, append(a.items[:len(a.items):len(a.items)], b.items...))
	}
	return nil
}

// repeated returns n times a text or list, nil of anything else.
// The product of length and count is bounded before it is computed: it may be larger
// than an int.
func (r *run) repeated(v Value, n int) Value {
	n = max(n, 0)
	switch v := v.(type) {
	case Text:
		if len(v.s) > 0 && n > maxBytes/len(v.s) {
			r.makes(maxBytes + 1)
		}
		if len(v.from) == 0 {
			r.makes(n * len(v.s))
			return Plain(strings.Repeat(v.s, n))
		}
		b := builder{run: r}
		for range n {
			b.add(v)
		}
		return b.text()
	case *list:
		if v.shape != listShape && !v.isTuple() {
			return nil
		}
		if len(v.items) > 0 && n > maxBytes/len(v.items) {
			r.makes(maxBytes + 1)
		}
		r.makes(valueBytes * n * len(v.items))
		made := make([]Value, 0, n*len(v.items))
		// none at all of an empty list, however many rounds are asked for
		for range n * min(len(v.items), 1) {
			made = append(made, v.items...)
		}
		shape := v.shape
		if shape == groupShape {
			shape = tupleShape
		}
		return r.shaped(shape, made)
	}
	return nil
}
