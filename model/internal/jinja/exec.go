package jinja

func (d *dataStmt) exec(r *run, _ *scope) flow {
	r.out.plain(d.text)
	return next
}

// exec writes a value as Python's str does; undefined is the empty text.
func (p *printStmt) exec(r *run, s *scope) flow {
	r.line = p.line
	r.out.add(r.print(r.eval(p.e, s)))
	return next
}

// exec makes no scope for a branch: what {% if %} sets is still set behind it.
func (i *ifStmt) exec(r *run, s *scope) flow {
	r.line = i.line
	if truth(r.eval(i.test, s)) {
		return r.exec(i.yes, s)
	}
	return r.exec(i.no, s)
}

// exec binds names in the innermost scope: a name set in a loop's body is gone after
// it, for which templates use namespace.
func (t *setStmt) exec(r *run, s *scope) flow {
	r.line = t.line
	r.assign(t.target, r.eval(t.e, s), s)
	return next
}

// exec binds what its body writes ({% set x %}…{% endset %}).
func (c *captureStmt) exec(r *run, s *scope) flow {
	// the body is in a scope of its own; the name that it is bound to is not
	v := Value(r.captured(c.body, r.inner(s)))
	r.line = c.line
	if c.filters != nil {
		r.input = v
		v = r.eval(c.filters, s)
	}
	r.assign(c.target, v, s)
	return next
}

// exec writes what the filters make of all that the body writes.
func (f *filterStmt) exec(r *run, s *scope) flow {
	r.input = r.captured(f.body, r.inner(s))
	r.line = f.line
	r.out.add(r.print(r.eval(f.filters, s)))
	return next
}

// exec values all expressions outside before the names of the new scope are bound.
func (w *withStmt) exec(r *run, s *scope) flow {
	r.line = w.line
	// jinja2 means them to see the scope around alone, so that b in {% with a=1, b=a %}
	// is not 1
	in := r.inner(s)
	for i, t := range w.targets {
		r.assign(t, r.eval(w.values[i], s), in)
	}
	return r.exec(w.body, in)
}

// exec runs the body of {% generation %}, which transformers' extension makes a block of
// its own scope.
func (g *scopeStmt) exec(r *run, s *scope) flow { return r.exec(g.body, r.inner(s)) }

func (f *flowStmt) exec(*run, *scope) flow { return f.flow }

// exec binds the macro's name; its body runs when it is called, in the scope where
// it stands.
func (m *macroStmt) exec(r *run, s *scope) flow {
	r.setName(s, m.m.name, &closure{m.m, s})
	return next
}

// exec calls a macro that finds the block's body as caller().
func (c *callStmt) exec(r *run, s *scope) flow {
	r.line = c.line
	f := r.eval(c.call.f, s)
	a := r.args(c.call.args, s)
	r.line = c.line
	// as one more named argument, which the macro takes if it speaks of it
	a.names, a.named = append(a.names, "caller"), append(a.named, &closure{c.m, s})
	r.out.add(r.print(r.call(f, a)))
	return next
}

// assign gives a target a value.
// Several targets take the values of whatever can be looped over, as many as there
// are targets, and may be nested.
func (r *run) assign(t target, v Value, s *scope) {
	switch {
	case t.several != nil:
		items := r.iterate(v)
		if len(items) != len(t.several) {
			r.fail("%d values for %d names", len(items), len(t.several))
		}
		for i, each := range t.several {
			r.assign(each, items[i], s)
		}
	case t.attr == "":
		r.makes(valueBytes)
		r.setName(s, t.name, v)
	default:
		// looked up through all scopes around, which is what namespace is for
		space, ok := s.get(t.name).(*namespace)
		if !ok {
			r.fail("cannot assign an attribute of '%s', which is no namespace", t.name)
		}
		r.setAttr(space, t.attr, v)
	}
}

// setAttr sets a name of a namespace; those that Python keeps for itself are
// refused, as transformers does.
func (r *run) setAttr(space *namespace, name string, v Value) {
	if len(name) > 0 && name[0] == '_' {
		r.fail("a namespace has no names with an underscore in front, such as '%s'", name)
	}
	r.makes(valueBytes + len(name))
	space.names[name] = v
}
