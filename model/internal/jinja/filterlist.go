package jinja

import "slices"

// listFilter returns a filter of lists.
func listFilter(name string) filter {
	switch name {
	case "first", "last":
		return func(r *run, v Value, a *args) Value { return r.end(v, a, name) }
	case "list":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			return r.list(r.iterate(v)...)
		}
	case "join":
		return func(r *run, v Value, a *args) Value {
			given := r.bind(a, name, "d", "attribute")
			items := r.iterate(v)
			if given[1] != nil {
				items = r.picked(items, given[1], nil)
			}
			sep := Text{}
			if given[0] != nil {
				sep = r.print(given[0])
			}
			// jinja2's join prints what is no text, unlike the method of strings
			return r.join(items, sep, false)
		}
	case "reverse":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			items := slices.Clone(r.iterate(v))
			slices.Reverse(items)
			// a text that is reversed is a text again
			if _, ok := v.(Text); ok {
				return r.join(items, Text{}, true)
			}
			return r.shaped(generatorShape, items)
		}
	case "items":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			switch v := v.(type) {
			// of nothing, no pairs
			case undefined:
				return r.shaped(generatorShape, nil)
			case *dict:
				return r.shaped(generatorShape, r.pairs(v))
			}
			r.fail("items: can only get item pairs from a mapping")
			return nil
		}
	case "batch":
		return batch
	case "slice":
		return sliceInto
	case "sum":
		return sum
	}
	return sortFilter(name)
}

// end is the filter first or last. A generator has no end to begin at, even though
// its items are there already.
func (r *run) end(v Value, a *args, name string) Value {
	r.bind(a, name)
	items := r.iterate(v)
	switch l, _ := v.(*list); {
	case name == "last" && l != nil && l.shape == generatorShape:
		r.fail("'generator' object is not reversible")
	case len(items) == 0:
		return undefined{"No " + name + " item, sequence was empty."}
	case name == "last":
		return items[len(items)-1]
	}
	return items[0]
}

// sum adds the items to start, which is 0 if it isn't given, in their order: of lists
// it is their concatenation, but Python's sum refuses texts, for which there is join.
func sum(r *run, v Value, a *args) Value {
	given := r.bind(a, "sum", "attribute", "start")
	items := r.iterate(v)
	if _, is := given[0].(none); given[0] != nil && !is {
		items = r.picked(items, given[0], nil)
	}
	total := given[1]
	if total == nil {
		total = integer(0)
	}
	if _, is := total.(Text); is {
		r.fail("sum: can't sum strings")
	}
	for _, item := range items {
		r.work(1)
		total = r.binary("+", total, item)
	}
	return total
}

// batch puts so many items together.
// A line that is not full is filled up with fill_with, if that is given. Its memory is
// counted first: the number may be anything.
func batch(r *run, v Value, a *args) Value {
	given := r.need(a, 1, "batch", "linecount", "fill_with")
	n := r.number(given[0], "batch")
	if n < 1 {
		r.fail("batch: want lines of one item or more")
	}
	var lines []Value
	for items := r.iterate(v); len(items) > 0; {
		line := items[:min(n, len(items))]
		items = items[len(line):]
		if _, is := given[1].(none); given[1] != nil && !is {
			r.makes(valueBytes * max(0, min(n-len(line), maxBytes)))
			for len(line) < n {
				// the capacity ends with the line, so that the list that is cut up stays as it is
				line = append(line[:len(line):len(line)], given[1])
			}
		}
		lines = append(lines, r.list(line...))
	}
	return r.shaped(generatorShape, lines)
}

// sliceInto deals the items out to so many lists.
// The first lists get one more where the items don't go up evenly; fill_with makes up
// for it in the others.
func sliceInto(r *run, v Value, a *args) Value {
	given := r.need(a, 1, "slice", "slices", "fill_with")
	n, items := r.number(given[0], "slice"), r.iterate(v)
	if n < 1 {
		r.fail("slice: want one list or more")
	}
	r.makes(valueBytes * min(n, maxBytes))
	each, more := len(items)/n, len(items)%n
	var lists []Value
	for i := range n {
		size := each
		if i < more {
			size++
		}
		part := items[:size:size]
		items = items[size:]
		if _, is := given[1].(none); given[1] != nil && !is && i >= more && more > 0 {
			part = append(part, given[1])
		}
		lists = append(lists, r.list(part...))
	}
	return r.shaped(generatorShape, lists)
}
