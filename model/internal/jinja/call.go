package jinja

import "slices"

// Args are the values that something is called with.
// They are the callee's to read, and not to change: a list behind * is the caller's.
type args struct {
	positional []Value
	names      []string // of the named
	named      []Value
}

// args evaluates arguments.
// What stands behind * is put behind the positional ones, and the names of ** behind
// the named ones. A name that is there twice is refused for whatever is called.
func (r *run) args(a arguments, s *scope) *args {
	made := &args{names: slices.Clone(a.names)}
	for _, e := range a.positional {
		made.positional = append(made.positional, r.eval(e, s))
	}
	for _, e := range a.named {
		made.named = append(made.named, r.eval(e, s))
	}
	if a.list != nil {
		made.positional = append(made.positional, r.iterate(r.eval(a.list, s))...)
	}
	if a.dict != nil {
		d, ok := r.eval(a.dict, s).(*dict)
		if !ok {
			r.fail("what stands behind ** is no dict")
		}
		for i, key := range d.keys {
			made.names, made.named = append(made.names, r.str(key, "**").s), append(made.named, d.vals[i])
		}
	}
	for i, name := range made.names {
		if slices.Contains(made.names[:i], name) {
			r.fail("argument '%s' is given twice", name)
		}
	}
	r.makes(valueBytes * (len(made.positional) + len(made.named)))
	return made
}

// bind puts the values in the order of the parameters' names; nil stands for
// one that was not given. What is called so.
// It is for functions of this package, whose parameters are fixed; a macro's are bound
// by its closure, which has defaults to value.
func (r *run) bind(a *args, what string, params ...string) []Value {
	if len(a.positional) > len(params) {
		r.fail("%s: %d arguments, at most %d are taken", what, len(a.positional), len(params))
	}
	bound := make([]Value, len(params))
	copy(bound, a.positional)
	for i, name := range a.names {
		at := slices.Index(params, name)
		switch {
		case at < 0:
			r.fail("%s: no argument is called '%s'", what, name)
		case bound[at] != nil:
			r.fail("%s: argument '%s' is given twice", what, name)
		}
		bound[at] = a.named[i]
	}
	return bound
}

// need is bind where the first n must be given.
func (r *run) need(a *args, n int, what string, params ...string) []Value {
	bound := r.bind(a, what, params...)
	for i, v := range bound[:n] {
		if v == nil {
			r.fail("%s: argument '%s' is missing", what, params[i])
		}
	}
	return bound
}

// call calls a value.
// Nothing else can be called: no method of a value reaches further than this package.
func (r *run) call(f Value, a *args) Value {
	switch f := f.(type) {
	case *function:
		return f.call(r, a)
	case *closure:
		return f.call(r, a)
	case *loop:
		if f.again == nil {
			r.fail("loop(…) in a loop that is not recursive")
		}
		return f.again(r.need(a, 1, "loop", "iterable")[0])
	}
	r.defined(f)
	r.fail("'%s' object is not callable", f.kind())
	return nil
}

// A closure is a macro in the scope that it was defined in.
// A body sees the names around the macro as they are when it is called, since the
// scope is the same one.
type closure struct {
	m *macro
	s *scope
}

func (*closure) kind() string { return "Macro" }

// call runs the body in a scope within the one where the macro stands, not the caller's,
// and returns what it writes.
func (c *closure) call(r *run, a *args) Value {
	in := r.inner(c.s)
	if n := len(a.positional); n > len(c.m.params) && !c.m.varargs {
		r.fail("macro '%s' takes not more than %d argument(s)", c.m.name, len(c.m.params))
	}
	// by name, so that what the list of parameters takes can be taken out
	named := &dict{at: map[string]int{}}
	for i, name := range a.names {
		r.set(named, Plain(name), a.named[i])
	}
	r.deeper()
	// what fails behind the call is told with the caller's line again
	defer func(line int) { r.line = line; r.depth-- }(r.line)
	c.parameters(r, a, named, in)
	c.others(r, a, named, in)
	return r.captured(c.m.body, in)
}

// parameters sets the names that the macro lists, and takes them off named.
// In the order of the list, so that a default can use the parameters before it.
func (c *closure) parameters(r *run, a *args, named *dict, in *scope) {
	// the number of the first parameter with a default
	first := len(c.m.params) - len(c.m.defaults)
	for i, name := range c.m.params {
		given := named.take(name)
		switch {
		case i < len(a.positional) && given != nil:
			r.fail("macro '%s' got two values for argument '%s'", c.m.name, name)
		case i < len(a.positional):
			given = a.positional[i]
		case given == nil && i >= first:
			given = r.eval(c.m.defaults[i-first], in)
		case given == nil:
			given = undefined{"parameter " + quoted(name) + " was not provided"}
		}
		r.setName(in, name, given)
	}
}

// others sets what the macro takes beside its parameters.
// In jinja2's words: caller, kwargs and varargs. Each is there for macros that speak
// of it alone; without, a further argument is an error.
func (c *closure) others(r *run, a *args, named *dict, in *scope) {
	// a macro may list caller as a parameter of its own
	if c.m.caller && !slices.Contains(c.m.params, "caller") {
		caller := named.take("caller")
		if caller == nil {
			caller = undefined{"no caller defined"}
		}
		r.setName(in, "caller", caller)
	}
	rest := newDict(len(named.keys))
	for i, key := range named.keys {
		if v := named.vals[i]; v != nil {
			if !c.m.kwargs {
				r.fail("macro '%s' takes no keyword argument %s", c.m.name, r.repr(key))
			}
			r.set(rest, key, v)
		}
	}
	if c.m.kwargs {
		r.setName(in, "kwargs", rest)
	}
	if c.m.varargs {
		r.setName(in, "varargs", r.shaped(tupleShape, a.positional[min(len(a.positional), len(c.m.params)):]))
	}
}

// take returns the value of a name and leaves nil in its place.
// nil marks what is used up, so that the others keep their order.
func (d *dict) take(name string) Value {
	i, ok := d.at["s"+name]
	if !ok {
		return nil
	}
	v := d.vals[i]
	d.vals[i] = nil
	return v
}

// attr returns what a template asks of a macro, nil for nothing.
func (c *closure) attr(r *run, name string) Value {
	switch name {
	case "name":
		return Plain(c.m.name)
	case "arguments":
		names := make([]Value, len(c.m.params))
		for i, p := range c.m.params {
			names[i] = Plain(p)
		}
		return r.shaped(tupleShape, names)
	case "caller":
		return boolean(c.m.caller)
	case "catch_kwargs":
		return boolean(c.m.kwargs)
	case "catch_varargs":
		return boolean(c.m.varargs)
	}
	return nil
}
