// Package oniguruma matches regular expressions as the library Oniguruma does in its own (Ruby's) syntax, which is
// what the expressions of tokenizer files are written for: \w, \b, [[:alpha:]] and the like mean Unicode's classes,
// there is look-around, and repetition may be possessive. Nothing that comes from a file can make it hang: an
// expression's size is bounded when it is compiled, and the steps of matching by a budget of the caller's.
//
// Not supported are back-references, calls of groups, conditions, absence operators, \G, \K, \X and the options W,
// D, S, P and y. A part that may match nothing and is repeated a fixed number of times may match in another way than
// Oniguruma's, which leaves such a loop early.
package oniguruma

import (
	"fmt"
	"iter"
)

// A Regexp is a compiled expression. Several goroutines may use it at once.
type Regexp struct {
	code []instruction
	// slots counts the loops that remember where a round began.
	slots int
	runs  int        // that have a stretch
	first *[256]bool // bytes that a match may start with; nil for any place
}

// Compile reads an expression.
func Compile(expr string) (*Regexp, error) {
	n, err := parse(expr)
	if err != nil {
		return nil, fmt.Errorf("not supported: %w", err)
	}
	c := compiler{classes: map[*node]*class{}}
	c.node(n)
	c.emit(instruction{op: opDone})
	if c.err != nil {
		return nil, c.err
	}
	r := &Regexp{code: c.code, slots: c.slots, first: firstBytes(c.code)}
	if r.slots == 0 { // else what follows a run may depend on where a round began
		r.runs = c.runs
	}
	return r, nil
}

// All yields the matches in b, start and end, from left to right and without overlap. A match of nothing right
// behind another match is none. Each step takes one from budget; when it falls below 0, the matches end early.
func (r *Regexp) All(b []byte, budget *int) iter.Seq2[int, int] {
	return func(yield func(lo, hi int) bool) {
		m := machine{Regexp: r, b: b, limit: len(b), budget: budget, slots: make([]int, r.slots), failed: newStretches(r.runs)}
		last := -1 // end of the match before
		for at := 0; at <= len(b); {
			// no match can begin here
			if r.first != nil && (at == len(b) || !r.first[b[at]]) {
				at++
				continue
			}
			hi, ok := m.run(0, at, -1)
			if *budget < 0 {
				return
			}
			if ok && (hi > at || hi != last) {
				if !yield(at, hi) {
					return
				}
				last = hi
				if hi > at {
					at = hi
					continue
				}
			}
			at += max(1, characterLen(b[at:]))
		}
	}
}
