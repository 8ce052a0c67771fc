package jinja

// dictMethod returns a method of dicts, nil for none. Those that change a dict
// are left out, as jinja2's immutable sandbox has it.
func dictMethod(name string) func(r *run, d *dict, a *args) Value {
	switch name {
	// None where there is no such key and no other value is given
	case "get":
		return func(r *run, d *dict, a *args) Value {
			given := r.need(a, 1, name, "key", "default")
			switch v := r.get(d, given[0]); {
			case v != nil:
				return v
			case given[1] != nil:
				return given[1]
			}
			return none{}
		}
	// the three views share the dict's slices, which never change
	case "keys":
		return func(r *run, d *dict, a *args) Value {
			r.bind(a, name)
			return r.shaped(keysShape, d.keys)
		}
	case "values":
		return func(r *run, d *dict, a *args) Value {
			r.bind(a, name)
			return r.shaped(valuesShape, d.vals)
		}
	case "items":
		return func(r *run, d *dict, a *args) Value {
			r.bind(a, name)
			return r.shaped(itemsShape, r.pairs(d))
		}
	case "copy":
		return func(r *run, d *dict, a *args) Value {
			r.bind(a, name)
			return d
		}
	}
	return nil
}

// pairs returns the items of a dict.
// They are tuples, in the order of the dict: what a loop over items() takes apart.
func (r *run) pairs(d *dict) []Value {
	pairs := make([]Value, len(d.keys))
	for i, key := range d.keys {
		pairs[i] = r.shaped(tupleShape, []Value{key, d.vals[i]})
	}
	return pairs
}

// listMethod returns a method of lists and tuples, nil for none.
// append, insert, pop and the like are refused by the immutable sandbox.
func listMethod(l *list, name string) func(r *run, l *list, a *args) Value {
	if !l.indexed() {
		return nil
	}
	switch name {
	case "count":
		return func(r *run, l *list, a *args) Value {
			v, n := r.need(a, 1, name, "value")[0], 0
			for _, item := range l.items {
				if r.equal(item, v, 0) {
					n++
				}
			}
			return integer(n)
		}
	// by value, not by identity
	case "index":
		return func(r *run, l *list, a *args) Value {
			v := r.need(a, 1, name, "value")[0]
			for i, item := range l.items {
				if r.equal(item, v, 0) {
					return integer(i)
				}
			}
			r.fail("index: the value is not in the list")
			return nil
		}
	case "copy":
		if l.shape == listShape {
			return func(r *run, l *list, a *args) Value {
				r.bind(a, name)
				return l
			}
		}
	}
	return nil
}
