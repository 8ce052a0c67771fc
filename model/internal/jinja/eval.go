package jinja

func (c *constant) eval(*run, *scope) Value { return c.v }

func (n *nameExpr) eval(_ *run, s *scope) Value { return s.get(n.name) }

func (t *tupleExpr) eval(r *run, s *scope) Value { return r.shaped(tupleShape, r.all(t.items, s)) }

func (l *listExpr) eval(r *run, s *scope) Value { return r.shaped(listShape, r.all(l.items, s)) }

// all values expressions from left to right.
func (r *run) all(items []expr, s *scope) []Value {
	values := make([]Value, len(items))
	for i, e := range items {
		values[i] = r.eval(e, s)
	}
	return values
}

// eval: a key before its value, pair by pair, as in Python; of equal keys the last
// value counts, in the place of the first.
func (d *dictExpr) eval(r *run, s *scope) Value {
	made := newDict(len(d.keys))
	for i, key := range d.keys {
		k := r.eval(key, s)
		r.set(made, k, r.eval(d.vals[i], s))
	}
	return made
}

// eval: without an else, a condition that does not hold gives undefined, as in
// Jinja.
func (c *condExpr) eval(r *run, s *scope) Value {
	switch {
	case truth(r.eval(c.test, s)):
		return r.eval(c.yes, s)
	case c.no != nil:
		return r.eval(c.no, s)
	}
	return undefined{"an inline if without else was false"}
}

func (n *notExpr) eval(r *run, s *scope) Value { return boolean(!truth(r.eval(n.e, s))) }

// eval returns one of the operands, as Python's "and" and "or" do, not a boolean;
// the second is looked at only where it matters.
func (l *logicExpr) eval(r *run, s *scope) Value {
	a := r.eval(l.a, s)
	if truth(a) == l.or {
		return a
	}
	return r.eval(l.b, s)
}

// eval chains comparisons as Python does: a < b < c asks both, and b once.
func (c *compareExpr) eval(r *run, s *scope) Value {
	left := r.eval(c.first, s)
	for i, op := range c.ops {
		right := r.eval(c.rest[i], s)
		r.line = c.line
		if !r.compare(op, left, right) {
			return boolean(false)
		}
		left = right
	}
	return boolean(true)
}

// eval joins with ~, which makes texts of its operands first.
func (c *concatExpr) eval(r *run, s *scope) Value {
	texts := make([]Text, len(c.items))
	for i, e := range c.items {
		texts[i] = r.print(r.eval(e, s))
	}
	return r.joined(texts...)
}

// eval: both operands are valued before the operator looks at either.
func (b *binaryExpr) eval(r *run, s *scope) Value {
	left := r.eval(b.a, s)
	right := r.eval(b.b, s)
	r.line = b.line
	return r.binary(b.op, left, right)
}

func (u *unaryExpr) eval(r *run, s *scope) Value {
	v := r.eval(u.e, s)
	r.line = u.line
	if u.op == "-" {
		return r.negative(v)
	}
	return r.positive(v)
}

// eval: a.b looks for an attribute and then for an item; a['b'] the other way round.
func (a *attrExpr) eval(r *run, s *scope) Value {
	v := r.eval(a.e, s)
	r.line = a.line
	return r.attr(v, a.name)
}

// eval: a slice is no value of its own, so that v[a:b] is taken here.
func (i *itemExpr) eval(r *run, s *scope) Value {
	v := r.eval(i.e, s)
	if cut, ok := i.key.(*sliceExpr); ok {
		return cut.of(r, s, v, i.line)
	}
	key := r.eval(i.key, s)
	r.line = i.line
	return r.item(v, key)
}

// eval of a slice is for one among several keys, which nothing has.
func (*sliceExpr) eval(*run, *scope) Value { return none{} }

// eval: the function, then the arguments, as in Python; errors of the call itself
// are told with its own line.
func (c *callExpr) eval(r *run, s *scope) Value {
	f := r.eval(c.f, s)
	a := r.args(c.args, s)
	r.line = c.line
	return r.call(f, a)
}

// eval: the operand first, then the arguments, then the filter.
func (f *filterExpr) eval(r *run, s *scope) Value {
	// a filter without an operand: of a block
	v := r.input
	if f.e != nil {
		v = r.eval(f.e, s)
	}
	a := r.args(f.args, s)
	r.line = f.line
	return filterOf(f.name)(r, v, a)
}

// eval: an undefined operand is no error here, since "is defined" asks for it.
func (t *testExpr) eval(r *run, s *scope) Value {
	v := r.eval(t.e, s)
	a := r.args(t.args, s)
	r.line = t.line
	return boolean(testOf(t.name)(r, v, a))
}
