package jinja

import (
	"math"
	"math/big"
	"strings"
)

// compare returns whether a op b holds.
func (r *run) compare(op string, a, b Value) bool {
	switch op {
	case "==":
		return r.equal(a, b, 0)
	case "!=":
		return !r.equal(a, b, 0)
	case "in":
		return r.contains(b, a)
	case "not in":
		return !r.contains(b, a)
	}
	c, ordered := r.order(op, a, b, 0)
	// any comparison with NaN but != does not hold
	if !ordered { // not a number
		return false
	}
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	}
	return c >= 0
}

// equal reports whether Python takes two values for equal.
// Numbers of different kinds are equal by value (1 == 1.0 == True); values of
// different kinds otherwise are not, without being an error. Nest counts how deep in
// other values these two lie: a list may hold itself many times over, so that both
// depth and steps are counted.
func (r *run) equal(a, b Value, nest int) bool {
	r.work(1)
	r.nested(nest)
	if c, known, isNumber := numbers(a, b); isNumber {
		return known && c == 0
	}
	switch a := a.(type) {
	case Text:
		b, ok := b.(Text)
		if !ok || len(a.s) != len(b.s) {
			return false
		}
		r.scan(len(a.s))
		return a.s == b.s
	case none:
		_, ok := b.(none)
		return ok
	case undefined:
		_, ok := b.(undefined)
		return ok
	case *list:
		b, ok := b.(*list)
		return ok && (a == b || comparable(a, b) && r.equalAll(a.items, b.items, nest+1))
	case *dict:
		b, ok := b.(*dict)
		return ok && (a == b || r.equalDicts(a, b, nest+1))
	case huge, float, boolean, integer:
		return false
	}
	return a == b
}

// comparable reports whether the items of two lists decide whether they are
// equal.
// Views of a dict's keys or items compare by what they hold; generators and values()
// are only equal to themselves, as in Python.
func comparable(a, b *list) bool {
	return a.isTuple() && b.isTuple() || a.shape == b.shape && a.shape != generatorShape && a.shape != valuesShape
}

func (r *run) equalAll(a, b []Value, nest int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !r.equal(a[i], b[i], nest) {
			return false
		}
	}
	return true
}

// equalDicts compares by keys, whatever their order.
func (r *run) equalDicts(a, b *dict, nest int) bool {
	if len(a.keys) != len(b.keys) {
		return false
	}
	// equal keys share their hash, so that the order doesn't matter
	for h, i := range a.at {
		j, ok := b.at[h]
		if !ok || !r.equal(a.vals[i], b.vals[j], nest) {
			return false
		}
	}
	return true
}

// numbers compares two numbers. Known is false where one is NaN, isNumber where
// one is none.
// An int of any size and a float are compared exactly, not by way of a float that
// would round the int: 2**53 + 1 is not 2.0**53.
func numbers(a, b Value) (c int, known, isNumber bool) {
	// two ints, or bools
	if x, y := bigOf(a), bigOf(b); x != nil && y != nil {
		return x.Cmp(y), true, true
	}
	f, ok := floatOf(a)
	g, also := floatOf(b)
	if !ok || !also {
		return 0, false, false
	}
	// NaN is a number, but of no order
	if math.IsNaN(f) || math.IsNaN(g) {
		return 0, false, true
	}
	return exact(a, f).Cmp(exact(b, g)), true, true
}

// exact returns a number without rounding.
func exact(v Value, f float64) *big.Float {
	if n := bigOf(v); n != nil {
		return new(big.Float).SetInt(n)
	}
	return big.NewFloat(f)
}

// order compares values that have an order, for an operator or filter.
// Texts compare by code point, as in Python; the bytes of UTF-8 have the same order.
// Lists compare by the first items that differ, then by length.
func (r *run) order(op string, a, b Value, nest int) (c int, ordered bool) {
	r.work(1)
	r.nested(nest)
	if c, known, isNumber := numbers(a, b); isNumber {
		return c, known
	}
	switch x := a.(type) {
	case Text:
		if y, ok := b.(Text); ok {
			r.scan(min(len(x.s), len(y.s)))
			return strings.Compare(x.s, y.s), true
		}
	case *list:
		y, ok := b.(*list)
		if ok && comparable(x, y) && x.shape != rangeShape {
			for i := range min(len(x.items), len(y.items)) {
				if !r.equal(x.items[i], y.items[i], nest+1) {
					return r.order(op, x.items[i], y.items[i], nest+1)
				}
			}
			return len(x.items) - len(y.items), true
		}
	}
	r.defined(a)
	r.defined(b)
	r.fail("'%s' not supported between instances of '%s' and '%s'", op, a.kind(), b.kind())
	return 0, false
}

// contains reports whether v is in all.
// In a text it looks for a part, in a dict for a key, and else for an equal value.
func (r *run) contains(all, v Value) bool {
	switch all := all.(type) {
	case Text:
		part, ok := v.(Text)
		if !ok {
			r.defined(v)
			r.fail("'in <string>' requires string as left operand, not %s", v.kind())
		}
		r.scan(len(all.s))
		return strings.Contains(all.s, part.s)
	case *dict:
		return r.get(all, v) != nil
	case *namespace, *function, *closure:
		r.fail("argument of type '%s' is not iterable", all.kind())
	}
	for _, item := range r.iterate(all) {
		if r.equal(item, v, 0) {
			return true
		}
	}
	return false
}
