package jinja

// chooseFilter returns a filter that tests or changes the items one by one.
// jinja2 makes generators of them, so that they print as such and are used up by one
// loop; here the items are made at once, but behave in the same way.
func chooseFilter(name string) filter {
	switch name {
	case "select", "reject":
		return func(r *run, v Value, a *args) Value { return r.choose(v, a, name == "select", false) }
	case "selectattr", "rejectattr":
		return func(r *run, v Value, a *args) Value { return r.choose(v, a, name == "selectattr", true) }
	case "map":
		return mapped
	}
	return nil
}

// choose keeps the items that a test holds for, or does not; of an attribute of
// theirs where that is wanted. Without a test it is whether they are true.
// The test is looked up before the first item: a name that no test has is an error
// even of an empty list.
func (r *run) choose(v Value, a *args, want, ofAttribute bool) Value {
	items := r.iterate(v)
	// keys are what is tested, items what is kept
	keys, rest := items, a.positional
	if ofAttribute {
		if len(rest) == 0 {
			r.fail("selectattr, rejectattr: the attribute is missing")
		}
		keys, rest = r.picked(items, rest[0], nil), rest[1:]
	}
	test := truth
	if len(rest) > 0 {
		name := r.str(rest[0], "select").s
		is := testOf(name)
		if is == nil {
			r.fail("no test is called '%s'", name)
		}
		more := &args{rest[1:], a.names, a.named}
		test = func(v Value) bool { return is(r, v, more) }
	}
	var chosen []Value
	for i, key := range keys {
		r.work(1)
		if test(key) == want {
			chosen = append(chosen, items[i])
		}
	}
	return r.shaped(generatorShape, chosen)
}

// mapped is the filter map: an attribute of all items, or a filter of each.
func mapped(r *run, v Value, a *args) Value {
	items := r.iterate(v)
	if len(a.positional) == 0 {
		given := r.bind(a, "map", "attribute", "default")
		if given[0] == nil {
			r.fail("map: want a filter or an attribute")
		}
		return r.shaped(generatorShape, r.picked(items, given[0], given[1]))
	}
	// a filter by name, whose arguments follow
	name := r.str(a.positional[0], "map").s
	f := filterOf(name)
	if f == nil {
		r.fail("no filter is called '%s'", name)
	}
	more := &args{a.positional[1:], a.names, a.named}
	made := make([]Value, len(items))
	// a filter may be map itself, of lists in lists
	r.deeper()
	for i, item := range items {
		r.work(1)
		made[i] = f(r, item, more)
	}
	r.depth--
	return r.shaped(generatorShape, made)
}
