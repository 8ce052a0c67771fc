package jinja

import "time"

// A run is one rendering: what it has used up, and where it is.
// One goroutine has it; a template that several render at once has a run for each.
type run struct {
	ended func() error // of the caller's context
	date  time.Time
	out   *builder
	line  int // of the template, for errors
	// input is what a filter without an operand works on: what {% filter %} or a set with
	// a body captured.
	input Value

	steps, bytes, depth int
}

// Templates come from anybody, and one of a hundred bytes can ask for a terabyte of
// text or a loop without end: all that can grow is counted before it is made.
//
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
// The caller's context is looked at every thousand steps only: that is often enough
// to end at once, and asking costs more than a step.
func (r *run) work(n int) {
	const often = 1 << 10
	before := r.steps
	// the sum may run over what an int holds
	if r.steps += n; r.steps < before || r.steps > maxSteps {
		r.fail("the template takes more than %d steps", maxSteps)
	}
	// the step passed a multiple of a thousand
	if before/often != r.steps/often {
		if err := r.ended(); err != nil {
			panic(fault{err})
		}
	}
}

// scan counts the steps that looking through n bytes is worth.
// It is for what the standard library does in one call, at some GB a second: 64
// bytes are about the time of a step.
func (r *run) scan(n int) { r.work(1 + n/64) }

// makes counts n bytes that are about to be made.
// Memory that is no longer used is not given back: the count bounds the work as well.
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
	// no defer, which would cost more than most expressions; a fault ends the whole run,
	// so that nobody reads a depth that is left too large
	r.depth--
	return v
}

// deeper counts a level, each of which takes several calls of Go's stack.
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
// A statement that ends otherwise than by running through (break, continue) ends the
// statements around it too, up to the loop.
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
