package jinja

// A loop is what a template sees of the loop that it is in.
// jinja2's loop looks ahead in an iterator; here all items are there from the start,
// since every value that can be looped over is finite.
type loop struct {
	items []Value
	// at is the round, from 0.
	at int
	// level counts the recursive loops around this one.
	level   int
	changed []Value                 // what changed was last called with; nil: not yet
	again   func(items Value) Value // of a recursive loop
}

func (*loop) kind() string { return "LoopContext" }

// exec values what is looped over in the scope around: the loop's own name is not
// known there yet.
func (f *forStmt) exec(r *run, s *scope) flow {
	r.line = f.line
	f.loop(r, s, r.eval(f.over, s), 0)
	return next
}

// loop runs the body for the items of a value.
func (f *forStmt) loop(r *run, s *scope, over Value, level int) {
	l := &loop{items: f.chosen(r, s, r.iterate(over)), level: level}
	if f.recursive {
		l.again = func(items Value) Value {
			// a loop that calls itself goes deeper like a macro
			r.deeper()
			outer, line := r.out, r.line
			r.out = &builder{run: r}
			f.loop(r, s, items, level+1)
			made := r.out.text()
			r.out, r.line = outer, line
			r.depth--
			return made
		}
	}
	through := false // the body ran to its end
	for ; l.at < len(l.items); l.at++ {
		r.work(1)
		in := r.inner(s)
		r.assign(f.target, l.items[l.at], in)
		r.setName(in, "loop", l)
		end := r.exec(f.body, in)
		through = through || end == next
		if end == breaks {
			break
		}
	}
	if !through { // as jinja2 has it, even if a break was why
		r.exec(f.otherwise, r.inner(s))
	}
}

// chosen returns the items that the loop's condition holds for.
// The condition runs for all items before the first round, so that loop.length and
// loop.last speak of those that are left; jinja2 does the same by a generator.
func (f *forStmt) chosen(r *run, s *scope, items []Value) []Value {
	if f.only == nil {
		return items
	}
	var chosen []Value
	for _, item := range items {
		in := r.inner(s)
		r.assign(f.target, item, in)
		if truth(r.eval(f.only, in)) {
			chosen = append(chosen, item)
		}
	}
	r.makes(valueBytes * len(chosen))
	return chosen
}

// attr returns what a template asks of its loop, nil for nothing.
// index and depth count from 1, index0 and depth0 from 0, and revindex down to 1.
func (l *loop) attr(name string) Value {
	n := len(l.items)
	switch name {
	case "index":
		return integer(l.at + 1)
	case "index0":
		return integer(l.at)
	case "revindex":
		return integer(n - l.at)
	case "revindex0":
		return integer(n - l.at - 1)
	case "first":
		return boolean(l.at == 0)
	case "last":
		return boolean(l.at == n-1)
	case "length":
		return integer(n)
	case "depth":
		return integer(l.level + 1)
	case "depth0":
		return integer(l.level)
	// undefined at the ends, as a template may ask before it looks
	case "previtem":
		if l.at > 0 {
			return l.items[l.at-1]
		}
		return undefined{"there is no previous item"}
	case "nextitem":
		if l.at+1 < n {
			return l.items[l.at+1]
		}
		return undefined{"there is no next item"}
	case "cycle":
		return &function{name, l.cycle}
	case "changed":
		return &function{name, l.change}
	}
	return nil
}

// cycle returns one of its arguments, the next one in each round.
func (l *loop) cycle(r *run, a *args) Value {
	if len(a.positional) == 0 {
		r.fail("loop.cycle: no items for cycling given")
	}
	return a.positional[l.at%len(a.positional)]
}

// change reports whether it is called with other values than before.
func (l *loop) change(r *run, a *args) Value {
	// a copy, since the arguments may be those of a list that the template has
	now := append([]Value{}, a.positional...)
	if l.changed != nil && r.equalAll(l.changed, now, 0) {
		return boolean(false)
	}
	l.changed = now
	return boolean(true)
}
