package jinja

import "unicode/utf8"

// attr returns v.name: an attribute, or else an item.
// That is jinja2's getattr: "." looks for an attribute first, "[]" for an item first.
// For a dict with the key "items", d.items is the method and d['items'] the value.
func (r *run) attr(v Value, name string) Value {
	r.defined(v)
	if a := r.attribute(v, name); a != nil {
		return a
	}
	if d, ok := v.(*dict); ok {
		if item := d.named(name); item != nil {
			return item
		}
	}
	return r.nothing(v, name)
}

// item returns v[key]: an item, or else an attribute.
func (r *run) item(v, key Value) Value {
	r.defined(v)
	if item := r.found(v, key); item != nil {
		return item
	}
	name, ok := key.(Text)
	if !ok {
		// what is missing is the key, and its name is the better message
		if u, is := key.(undefined); is {
			return u
		}
		return undefined{"'" + v.kind() + " object' has no element " + r.repr(key).s}
	}
	if a := r.attribute(v, name.s); a != nil {
		return a
	}
	return r.nothing(v, name.s)
}

// found returns an item, nil for none.
func (r *run) found(v, key Value) Value {
	switch v := v.(type) {
	case *dict:
		// an unhashable key is no error here: jinja2 catches it and finds nothing
		if l, ok := key.(*list); ok && !l.isTuple() {
			return nil
		}
		if _, ok := key.(*dict); ok {
			return nil
		}
		return r.get(v, key)
	case *list:
		if n, ok := whole(key); ok && v.indexed() {
			if n < 0 {
				n += len(v.items)
			}
			if n >= 0 && n < len(v.items) {
				return v.items[n]
			}
		}
	case Text:
		if n, ok := whole(key); ok {
			return r.character(v, n)
		}
	}
	return nil
}

// character returns character n of a text, from its end if negative; nil for
// none.
// The number is of characters and not of bytes, so that both walk through the text.
func (r *run) character(t Text, n int) Value {
	r.scan(len(t.s))
	if n < 0 {
		n += t.length()
	}
	// there are never more characters than bytes
	if n < 0 || n >= len(t.s) {
		return nil
	}
	start := t.offset(n)
	if start == len(t.s) {
		return nil
	}
	_, size := utf8.DecodeRuneInString(t.s[start:])
	return t.cut(start, start+size)
}

// Names with an underscore are refused in jinja2's sandbox, which tells so in the
// message; here nothing has such names anyway.
func (r *run) nothing(v Value, name string) Value {
	if len(name) > 0 && name[0] == '_' {
		return undefined{"access to attribute " + quoted(name) + " of '" + v.kind() + "' object is unsafe."}
	}
	return undefined{"'" + v.kind() + " object' has no attribute " + quoted(name)}
}

// attribute returns an attribute of a value, nil for none.
// There is no reflection: what isn't named here does not exist for a template.
func (r *run) attribute(v Value, name string) Value {
	switch v := v.(type) {
	case Text:
		return bound(name, v, textMethod(name))
	case *dict:
		return bound(name, v, dictMethod(name))
	case *list:
		if v.shape == groupShape && (name == "grouper" || name == "list") {
			return v.items[map[string]int{"grouper": 0, "list": 1}[name]]
		}
		return bound(name, v, listMethod(v, name))
	case *namespace:
		if item, ok := v.names[name]; ok {
			return item
		}
	case *loop:
		return v.attr(name)
	case *closure:
		return v.attr(r, name)
	case *cycler:
		return v.attr(name)
	// the one method of floats in use
	case float:
		if name == "is_integer" {
			return bound(name, v, func(_ *run, v float, _ *args) Value { return boolean(float(int64(v)) == v) })
		}
	}
	return nil
}

// bound returns a method of a value as a function, nil for no method.
func bound[V Value](name string, v V, method func(r *run, v V, a *args) Value) Value {
	if method == nil {
		return nil
	}
	return &function{name, func(r *run, a *args) Value { return method(r, v, a) }}
}

// of returns v[start:stop:step].
// None stands for a part that is left out. A slice of a tuple is a tuple, and of a
// range a range, whose limits are its own.
func (c *sliceExpr) of(r *run, s *scope, v Value, line int) Value {
	var parts [3]Value
	for i, e := range []expr{c.start, c.stop, c.step} {
		parts[i] = none{}
		if e != nil {
			parts[i] = r.eval(e, s)
		}
	}
	r.line = line
	switch v := v.(type) {
	case Text:
		return r.sliceText(v, parts)
	case *list:
		if v.indexed() {
			var items []Value
			r.slice(len(v.items), parts, func(i int) { items = append(items, v.items[i]) })
			// a slice of a group is a plain tuple, since its names are no longer right
			shape := v.shape
			if shape == groupShape {
				shape = tupleShape
			}
			made := r.shaped(shape, items)
			if shape == rangeShape {
				start, stop, step := r.limits(len(v.items), parts)
				made.start, made.stop, made.step = v.start+start*v.step, v.start+stop*v.step, v.step*step
			}
			return made
		}
	}
	r.defined(v)
	return undefined{"'" + v.kind() + "' object cannot be sliced"}
}

// sliceText slices by characters. A step of 1 is one cut; any other goes character by
// character.
func (r *run) sliceText(t Text, parts [3]Value) Value {
	r.scan(len(t.s))
	// by character, with the end of the text as the last: slices count characters
	var starts []int // of the characters
	for i := range t.s {
		starts = append(starts, i)
	}
	starts = append(starts, len(t.s))
	if start, stop, step := r.limits(len(starts)-1, parts); step == 1 {
		return t.cut(starts[start], starts[max(start, stop)])
	}
	b := builder{run: r}
	r.slice(len(starts)-1, parts, func(i int) { b.add(t.cut(starts[i], starts[i+1])) })
	return b.text()
}

// slice calls take with the numbers that a slice of n items has.
// With a step of more than n there is one number at most; the next would leave what
// an int holds.
func (r *run) slice(n int, parts [3]Value, take func(i int)) {
	start, stop, step := r.limits(n, parts)
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		r.work(1)
		take(i)
		if step > n || step < -n {
			return
		}
	}
}

// limits returns where a slice of n items starts and stops.
// They are clamped as Python's slice.indices does it: for negative steps to -1 and
// n−1, so that the loop over them ends before the first item.
func (r *run) limits(n int, parts [3]Value) (start, stop, step int) {
	step = 1
	if _, is := parts[2].(none); !is {
		step = r.number(parts[2], "slice")
	}
	if step == 0 {
		r.fail("slice step cannot be zero")
	}
	first, last := 0, n // for steps up
	if step < 0 {
		first, last = n-1, -1
	}
	// a limit that is left out is the end on its side
	limit := func(v Value, otherwise int) int {
		if _, is := v.(none); is {
			return otherwise
		}
		i := r.number(v, "slice")
		if i < 0 {
			i += n
		}
		if step < 0 {
			return min(max(i, -1), n-1)
		}
		return min(max(i, 0), n)
	}
	return limit(parts[0], first), limit(parts[1], last), step
}
