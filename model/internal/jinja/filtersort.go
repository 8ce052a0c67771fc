package jinja

import (
	"slices"
	"strconv"
	"strings"
)

// sortFilter returns a filter that compares items.
// Sorting is stable, and a text compares without its case unless case_sensitive is
// set: jinja2's ignore_case.
func sortFilter(name string) filter {
	switch name {
	case "sort":
		return func(r *run, v Value, a *args) Value {
			given := r.bind(a, name, "reverse", "case_sensitive", "attribute")
			items := slices.Clone(r.iterate(v))
			keys := r.sortKeys(items, given[1], given[2])
			return r.list(r.sorted(items, keys, given[0] != nil && truth(given[0]))...)
		}
	case "dictsort":
		return dictSort
	case "unique":
		return func(r *run, v Value, a *args) Value {
			given := r.bind(a, name, "case_sensitive", "attribute")
			items := r.iterate(v)
			// by hash, so that many items take no square of comparisons
			seen := newDict(len(items))
			var unique []Value
			for i, key := range r.sortKeys(items, given[0], given[1]) {
				if r.get(seen, key) == nil {
					r.set(seen, key, none{})
					unique = append(unique, items[i])
				}
			}
			return r.shaped(generatorShape, unique)
		}
	case "min", "max":
		return func(r *run, v Value, a *args) Value {
			given := r.bind(a, name, "case_sensitive", "attribute")
			items := r.iterate(v)
			if len(items) == 0 {
				return undefined{"No aggregated item, sequence was empty."}
			}
			keys, best := r.sortKeys(items, given[0], given[1]), 0
			// the first of equal ones stays
			for i := range keys[1:] {
				if c, known := r.order("<", keys[i+1], keys[best], 0); known && (name == "min" && c < 0 || name == "max" && c > 0) {
					best = i + 1
				}
			}
			return items[best]
		}
	case "groupby":
		return groupBy
	}
	return nil
}

// sortKeys returns what the items are compared by: an attribute, or several
// with commas between them, without regard to case unless that is wanted.
func (r *run) sortKeys(items []Value, sensitive, attribute Value) []Value {
	keys := items
	if _, is := attribute.(none); attribute != nil && !is {
		// a number is an item's, a text may list several with commas
		names := []string{r.print(attribute).s}
		if t, ok := attribute.(Text); ok {
			names = strings.Split(t.s, ",")
		}
		if len(names) == 1 {
			keys = r.picked(items, attribute, nil)
		} else {
			keys = r.several(items, names)
		}
	}
	if sensitive != nil && truth(sensitive) {
		return keys
	}
	lower := make([]Value, len(keys))
	for i, key := range keys {
		lower[i] = r.folded(key)
	}
	return lower
}

// several returns the keys of items that are sorted by more than one attribute: lists,
// which compare by the first that differs.
func (r *run) several(items []Value, names []string) []Value {
	keys := make([]Value, len(items))
	for i := range items {
		var parts []Value
		for _, name := range names {
			parts = append(parts, r.folded(r.picked(items[i:i+1], Plain(name), nil)[0]))
		}
		keys[i] = r.list(parts...)
	}
	return keys
}

// folded returns a value without regard to case.
func (r *run) folded(v Value) Value {
	if t, ok := v.(Text); ok {
		r.makes(len(t.s))
		return Plain(strings.ToLower(t.s))
	}
	return v
}

// sorted returns items in the order of their keys.
// Keys[i] is the key of items[i]. Going down, equal ones stay in their order, as with
// Python's reverse.
func (r *run) sorted(items, keys []Value, down bool) []Value {
	// numbers are sorted, so that items and keys stay together
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		// NaN is equal to everything here, and keys that have no order are a fault
		c, _ := r.order("<", keys[i], keys[j], 0)
		if down {
			return -c
		}
		return c
	})
	made := make([]Value, len(items))
	for i, at := range order {
		made[i] = items[at]
	}
	return made
}

// dictSort sorts pairs of a mapping by key or value, without regard to case unless
// it is told so, as Jinja's dictsort.
func dictSort(r *run, v Value, a *args) Value {
	given := r.bind(a, "dictsort", "case_sensitive", "by", "reverse")
	d, ok := v.(*dict)
	if !ok {
		r.defined(v)
		r.fail("dictsort: want a dict, not '%s'", v.kind())
	}
	keys := d.keys
	if given[1] != nil {
		switch r.str(given[1], "dictsort").s {
		case "key":
		case "value":
			keys = d.vals
		default:
			r.fail("dictsort: by is 'key' or 'value'")
		}
	}
	keys = r.sortKeys(keys, given[0], nil)
	return r.list(r.sorted(r.pairs(d), keys, given[2] != nil && truth(given[2]))...)
}

// groupBy puts the items together that share an attribute.
// The groups are in the order of the attribute and the members of a group in the
// list's. A group is called by the attribute of its first member, with its case.
func groupBy(r *run, v Value, a *args) Value {
	given := r.need(a, 1, "groupby", "attribute", "default", "case_sensitive")
	items := r.iterate(v)
	// the name of a group is the attribute as it is, its key without case
	plain := r.picked(items, given[0], given[1])
	keys := plain
	if given[2] == nil || !truth(given[2]) {
		keys = r.sortKeys(plain, nil, nil)
	}
	// sorted moves any values: here the numbers of the items
	numbers := make([]Value, len(items))
	for i := range numbers {
		numbers[i] = integer(i)
	}
	var groups []Value
	var last Value
	var members []Value
	var name Value
	flush := func() {
		if members != nil {
			groups = append(groups, r.shaped(groupShape, []Value{name, r.list(members...)}))
		}
	}
	for _, at := range r.sorted(numbers, keys, false) {
		i, _ := whole(at)
		if members == nil || !r.equal(keys[i], last, 0) {
			flush()
			members, name, last = nil, plain[i], keys[i]
		}
		members = append(members, items[i])
	}
	flush()
	return r.list(groups...)
}

// picked returns an attribute of all items: a.b.0 is item 0 of b of a. Other, if
// it is not nil, stands for what is missing.
func (r *run) picked(items []Value, attribute, other Value) []Value {
	path := []Value{attribute}
	if t, ok := attribute.(Text); ok {
		path = nil
		for _, part := range strings.Split(t.s, ".") {
			// jinja2's make_attrgetter: digits are numbers of items
			if n, err := strconv.Atoi(part); err == nil {
				path = append(path, integer(n))
			} else {
				path = append(path, Plain(part))
			}
		}
	}
	r.makes(valueBytes * len(items))
	picked := make([]Value, len(items))
	for i, v := range items {
		for _, key := range path {
			v = r.item(v, key)
			if _, missing := v.(undefined); missing && other != nil {
				v = other
			}
		}
		picked[i] = v
	}
	return picked
}
