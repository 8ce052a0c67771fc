package jinja

import "time"

// A run is one rendering: what it has used up, and where it is.
type run struct {
	ended func() error // of the caller's context
	date  time.Time
	out   *builder
	line  int   // of the template, for errors
	input Value // what the filters of a block are for

	steps, bytes, depth int
}

// What one rendering may use. A long conversation takes a few hundred thousand
// steps and a few megabytes.
const (
	maxSteps = 1 << 22
	maxBytes = 1 << 27 // of all that is made, even if it is dropped again
	maxDepth = 2000    // of expressions in macros in expressions
	maxNest  = 200     // of values in values
)

// fail ends the rendering.
func (r *run) fail(format string, args ...any) { panic(at(r.line, format, args...)) }

// work counts n steps.
func (r *run) work(n int) {
	const often = 1 << 10
	before := r.steps
	if r.steps += n; r.steps < before || r.steps > maxSteps {
		r.fail("the template takes more than %d steps", maxSteps)
	}
	if before/often != r.steps/often {
		if err := r.ended(); err != nil {
			panic(fault{err})
		}
	}
}

// scan counts the steps that looking through n bytes is worth.
func (r *run) scan(n int) { r.work(1 + n/64) }

// makes counts n bytes that are about to be made.
func (r *run) makes(n int) {
	if n < 0 || n > maxBytes-r.bytes {
		r.fail("the template makes more than %d MB", maxBytes>>20)
	}
	r.bytes += n
	r.scan(n)
}

// eval returns the value of an expression.
func (r *run) eval(e expr, s *scope) Value {
	r.work(1)
	r.deeper()
	v := e.eval(r, s)
	r.depth--
	return v
}

func (r *run) deeper() {
	if r.depth++; r.depth > maxDepth {
		r.fail("the template goes deeper than %d levels: it may call itself without end", maxDepth)
	}
}

// A flow is how a statement ends.
type flow int

const (
	next   flow = iota
	breaks      // the loop
	continues
)

// exec runs statements.
func (r *run) exec(body []stmt, s *scope) flow {
	r.deeper()
	defer func() { r.depth-- }()
	for _, b := range body {
		r.work(1)
		if f := b.exec(r, s); f != next {
			return f
		}
	}
	return next
}

// captured runs statements in a scope of their own and returns what they write.
func (r *run) captured(body []stmt, s *scope) Text {
	outer := r.out
	r.out = &builder{run: r}
	r.exec(body, s)
	made := r.out.text()
	r.out = outer
	return made
}
