package jinja

// builtin returns a function that every template has, nil for none.
// lipsum is not among them; raise_exception is transformers'.
func builtin(name string) func(r *run, a *args) Value {
	switch name {
	case "range":
		return numbersOf
	case "dict":
		return dictOf
	case "namespace":
		return namespaceOf
	case "cycler":
		return cyclerOf
	case "joiner":
		return joinerOf
	case "raise_exception":
		return raise
	}
	return nil
}

// raise ends the rendering with words of the template.
func raise(r *run, a *args) Value {
	r.fail("%s", r.print(r.need(a, 1, "raise_exception", "message")[0]).s)
	return nil
}

// maxRange is what jinja2's sandbox has.
// A longer one is refused before it is made, whatever is left of the bytes.
const maxRange = 100000

// numbersOf is range(stop), range(start, stop) or range(start, stop, step).
func numbersOf(r *run, a *args) Value {
	// start, stop and step
	n := [3]int{0, 0, 1}
	if len(a.positional) == 0 || len(a.names) > 0 {
		r.fail("range: want one to three numbers")
	}
	given := r.bind(a, "range", "start", "stop", "step")
	for i, v := range given {
		if v != nil {
			n[i] = r.number(v, "range")
		}
	}
	// one number alone is where it stops
	if given[1] == nil {
		n[0], n[1] = 0, n[0]
	}
	start, stop, step := n[0], n[1], n[2]
	if step == 0 {
		r.fail("range: a step of zero")
	}
	// as floats, which the difference of two ints may not fit
	if count := (float64(stop) - float64(start)) / float64(step); count > maxRange {
		r.fail("range of more than %d numbers", maxRange)
	}
	var items []Value
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		items = append(items, integer(i))
		if step > stop-i && step > 0 || step < stop-i && step < 0 {
			break // the next is too far, maybe for an integer
		}
	}
	l := r.shaped(rangeShape, items)
	l.start, l.stop, l.step = start, stop, step
	return l
}

// dictOf is dict(pairs, a=1, …).
// Names count over pairs of the same key.
func dictOf(r *run, a *args) Value {
	d := newDict(len(a.names))
	if len(a.positional) > 1 {
		r.fail("dict: at most one value without a name")
	}
	for _, v := range a.positional {
		r.fill(d, v)
	}
	for i, name := range a.names {
		r.set(d, Plain(name), a.named[i])
	}
	return d
}

// fill puts the pairs of a dict or list into a new dict.
// Pairs are anything with two values, as for Python's dict().
func (r *run) fill(d *dict, v Value) {
	if from, ok := v.(*dict); ok {
		for i, key := range from.keys {
			r.set(d, key, from.vals[i])
		}
		return
	}
	for _, item := range r.iterate(v) {
		pair := r.iterate(item)
		if len(pair) != 2 {
			r.fail("dict: a pair of %d values", len(pair))
		}
		r.set(d, pair[0], pair[1])
	}
}

// namespaceOf is namespace(pairs, a=1, …): the way around jinja2's rule that a loop's
// body cannot set a name outside of it.
func namespaceOf(r *run, a *args) Value {
	space := &namespace{make(map[string]Value)}
	d := dictOf(r, a).(*dict)
	for i, key := range d.keys {
		r.setAttr(space, r.str(key, "namespace").s, d.vals[i])
	}
	return space
}

// A cycler goes through its items again and again.
type cycler struct {
	items []Value
	at    int
}

func (*cycler) kind() string { return "Cycler" }

// cyclerOf is cycler(a, b, …), which goes round beyond the end of a loop.
func cyclerOf(r *run, a *args) Value {
	if len(a.positional) == 0 || len(a.names) > 0 {
		r.fail("cycler: at least one item has to be provided")
	}
	return &cycler{items: a.positional}
}

// It is not a value that a template can set, but one that it can move on.
func (c *cycler) attr(name string) Value {
	switch name {
	case "current":
		return c.items[c.at]
	case "next":
		return &function{name, func(*run, *args) Value {
			v := c.items[c.at]
			c.at = (c.at + 1) % len(c.items)
			return v
		}}
	case "reset":
		return &function{name, func(*run, *args) Value {
			c.at = 0
			return none{}
		}}
	}
	return nil
}

// joinerOf returns a function that returns a separator, but for the first time.
func joinerOf(r *run, a *args) Value {
	sep := r.bind(a, "joiner", "sep")[0]
	if sep == nil {
		sep = Plain(", ")
	}
	used := false
	return &function{"joiner", func(*run, *args) Value {
		if !used {
			used = true
			return Plain("")
		}
		return sep
	}}
}
