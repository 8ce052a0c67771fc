package jinja

// testOf returns what stands behind is, nil for none.
// The names are those of jinja2 3.1.6; select and reject take the operators as well.
func testOf(name string) func(r *run, v Value, a *args) bool {
	switch name {
	case "eq", "equalto":
		return comparison("==")
	case "ne":
		return comparison("!=")
	case "lt", "lessthan":
		return comparison("<")
	case "le":
		return comparison("<=")
	case "gt", "greaterthan":
		return comparison(">")
	case "ge":
		return comparison(">=")
	case "in":
		return comparison("in")
	case "==", "!=", "<", "<=", ">", ">=": // of select and the like
		return comparison(name)
	case "divisibleby":
		return func(r *run, v Value, a *args) bool {
			n := r.binary("%", v, r.need(a, 1, name, "num")[0])
			return r.equal(n, integer(0), 0)
		}
	case "even":
		return remainder(0)
	case "odd":
		return remainder(1)
	case "sameas":
		return func(r *run, v Value, a *args) bool { return r.same(v, r.need(a, 1, name, "other")[0]) }
	case "filter":
		return named(func(name string) bool { return filterOf(name) != nil })
	case "test":
		return named(func(name string) bool { return testOf(name) != nil })
	}
	if is := kindTest(name); is != nil {
		return func(r *run, v Value, a *args) bool {
			r.bind(a, name)
			return is(v)
		}
	}
	return nil
}

// comparison is an operator as a test: x is eq(y).
func comparison(op string) func(r *run, v Value, a *args) bool {
	return func(r *run, v Value, a *args) bool { return r.compare(op, v, r.need(a, 1, "is "+op, "other")[0]) }
}

// remainder tests what is left of a division by two.
func remainder(want integer) func(r *run, v Value, a *args) bool {
	return func(r *run, v Value, _ *args) bool { return r.equal(r.binary("%", v, integer(2)), want, 0) }
}

// named tests a name.
// "x is filter" asks whether a filter is called so, which templates use to find out
// what their jinja2 has.
func named(known func(string) bool) func(r *run, v Value, a *args) bool {
	return func(_ *run, v Value, _ *args) bool {
		t, ok := v.(Text)
		return ok && known(t.s)
	}
}

// same reports whether two values are one object to Python.
// Small values have no identity here: two that are equal and of one kind are one.
func (r *run) same(a, b Value) bool {
	switch a.(type) {
	case Text, boolean, none, integer:
		return a.kind() == b.kind() && r.equal(a, b, 0)
	case huge, float, undefined:
		return false
	}
	return a == b
}

// kindTest returns a test that looks at a value alone, nil for none.
func kindTest(name string) func(v Value) bool {
	switch name {
	case "defined":
		return func(v Value) bool { _, is := v.(undefined); return !is }
	case "undefined":
		return func(v Value) bool { _, is := v.(undefined); return is }
	case "none":
		return func(v Value) bool { _, is := v.(none); return is }
	case "boolean":
		return func(v Value) bool { _, is := v.(boolean); return is }
	case "true":
		return func(v Value) bool { b, is := v.(boolean); return is && bool(b) }
	case "false":
		return func(v Value) bool { b, is := v.(boolean); return is && !bool(b) }
	// unlike Python's isinstance, a bool is none
	case "integer":
		return func(v Value) bool { _, is := v.(boolean); return !is && bigOf(v) != nil }
	case "float":
		return func(v Value) bool { _, is := v.(float); return is }
	case "number":
		return func(v Value) bool { _, is := floatOf(v); return is }
	case "string":
		return func(v Value) bool { _, is := v.(Text); return is }
	case "mapping":
		return func(v Value) bool { _, is := v.(*dict); return is }
	case "sequence":
		return isSequence
	case "iterable":
		return isIterable
	case "callable":
		return isCallable
	// nothing is, without autoescape
	case "escaped":
		return func(Value) bool { return false }
	case "lower":
		return func(v Value) bool { t, is := v.(Text); return is && characterTest("islower")(t.s) }
	case "upper":
		return func(v Value) bool { t, is := v.(Text); return is && characterTest("isupper")(t.s) }
	}
	return nil
}

// isSequence: jinja2 asks for __len__ and __getitem__, which a dict has too.
func isSequence(v Value) bool {
	switch v := v.(type) {
	case Text, *dict, undefined:
		return true
	case *list:
		return v.indexed()
	}
	return false
}

// isIterable: undefined is an empty one, as Jinja has it.
func isIterable(v Value) bool {
	switch v.(type) {
	case Text, *dict, *list, undefined, *loop:
		return true
	}
	return false
}

// isCallable: jinja2's Undefined has a __call__, if only to fail.
func isCallable(v Value) bool {
	switch v.(type) {
	case *function, *closure, *loop, undefined:
		return true
	}
	return false
}
