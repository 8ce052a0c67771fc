package tokenizer

import (
	"errors"
	"strconv"
	"unicode/utf8"
)

// An origin is the byte range of the caller's text that a normalized byte stands for.
// Offsets are 32 bits, which the bound on texts allows: there is one for each byte.
type origin struct{ start, end int32 }

// A text is normalized text that remembers, byte by byte, where it came from.
// All bytes of a character share one origin, and origins never run backwards.
// The two pairs of slices take turns: a rewrite reads one and writes the other, so that
// a sequence of normalizers allocates no more than its first steps.
type text struct {
	bytes []byte
	from  []origin // as long as bytes

	// what the text was before the last rewrite, kept for its memory
	oldBytes []byte
	oldFrom  []origin

	limit    int  // in bytes, 0 for none
	overflow bool // whether there was more; then nothing can be added any longer
	budget   *int // steps that regular expressions may still take
}

// growth bounds how much longer rules from a file may make a text, and spare how much longer at least.
// A rule that doubles each character, in a sequence of thirty, would make a billion
// times the text.
const growth, spare = 32, 1 << 16

var errOverflow = errors.New("the file's rules make text too long: more than " + strconv.Itoa(growth) + " times what it was")

// append adds s, which starts at byte offset of the caller's text. Each byte that is not
// valid UTF-8 becomes U+FFFD with that byte as its origin.
func (t *text) append(s string, offset int) {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			t.bytes = append(t.bytes, s[i])
			t.from = append(t.from, origin{int32(offset + i), int32(offset + i + 1)})
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		t.put(r, origin{int32(offset + i), int32(offset + i + size)})
		i += size
	}
}

// put adds one character.
func (t *text) put(r rune, from origin) {
	if t.overflow {
		return
	}
	if r < utf8.RuneSelf {
		t.bytes = append(t.bytes, byte(r))
		t.from = append(t.from, from)
		return
	}
	t.bytes = utf8.AppendRune(t.bytes, r)
	for len(t.from) < len(t.bytes) {
		t.from = append(t.from, from)
	}
}

// putString adds every character of s with the same origin.
func (t *text) putString(s string, from origin) {
	t.overflow = t.overflow || t.limit > 0 && len(t.bytes)+len(s) > t.limit
	if t.overflow {
		return
	}
	t.bytes = append(t.bytes, s...)
	for len(t.from) < len(t.bytes) {
		t.from = append(t.from, from)
	}
}

// putText adds a part of another text.
func (t *text) putText(bytes []byte, from []origin) {
	if t.overflow {
		return
	}
	t.bytes = append(t.bytes, bytes...)
	t.from = append(t.from, from...)
}

// span returns the range of the caller's text that bytes lo to hi stand for.
// Normalizers keep origins in order, so that the first and the last tell the range.
func (t *text) span(lo, hi int) Span {
	if lo >= hi {
		return Span{}
	}
	return Span{int(t.from[lo].start), int(t.from[hi-1].end)}
}

// filter keeps the characters that keep accepts, in place.
// What is dropped leaves a gap between the spans of its neighbours.
func (t *text) filter(keep func(rune) bool) {
	n := 0
	for i := 0; i < len(t.bytes); {
		r, size := utf8.DecodeRune(t.bytes[i:])
		if keep(r) {
			copy(t.from[n:], t.from[i:i+size])
			n += copy(t.bytes[n:], t.bytes[i:i+size])
		}
		i += size
	}
	t.bytes, t.from = t.bytes[:n], t.from[:n]
}

// expand rebuilds the text: replace adds to t what each character becomes.
func (t *text) expand(replace func(t *text, r rune, from origin)) {
	old, from := t.restart()
	for i := 0; i < len(old); {
		r, size := utf8.DecodeRune(old[i:])
		replace(t, r, from[i])
		i += size
	}
}

// exchange rebuilds the text: replace adds to t what each match becomes, and is told the text as it was.
func (t *text) exchange(matches []cut, replace func(old []byte, from []origin, m cut)) {
	if len(matches) == 0 {
		return
	}
	old, from := t.restart()
	done := 0
	for _, m := range matches {
		t.putText(old[done:m.lo], from[done:m.lo])
		replace(old, from, m)
		done = m.hi
	}
	t.putText(old[done:], from[done:])
}

// restart empties the text and returns what it was, which stays valid until the next restart.
// The new text takes the memory of the one before the old.
func (t *text) restart() (old []byte, from []origin) {
	// what filled it without asking is found out at the next step
	if t.limit > 0 && len(t.bytes) > t.limit {
		t.overflow = true
	}
	t.bytes, t.oldBytes = t.oldBytes[:0], t.bytes
	t.from, t.oldFrom = t.oldFrom[:0], t.from
	return t.oldBytes, t.oldFrom
}

// newText makes a text of s, which starts at byte offset of the caller's text.
func newText(s string, offset int, budget *int) text {
	size := len(s) + len(s)/4 + 16 // most normalizers let a text grow a little
	t := text{bytes: make([]byte, 0, size), from: make([]origin, 0, size), limit: growth*len(s) + spare, budget: budget}
	t.append(s, offset)
	return t
}

// part returns a copy of bytes lo to hi.
func (t *text) part(lo, hi int) text {
	p := text{limit: t.limit, budget: t.budget}
	p.putText(t.bytes[lo:hi], t.from[lo:hi])
	return p
}

// err says why the text is not what it should be, if so.
// It is asked once after all steps: until then a text that is too long stays cut off.
func (t *text) err() error {
	switch {
	case t.overflow:
		return errOverflow
	case *t.budget < 0:
		return errSteps
	}
	return nil
}

// A cut is a piece of a text, from byte lo to hi.
type cut struct{ lo, hi int }

// pieces is a text cut up by pre-tokenizers. Cuts are in order and never empty; what no cut covers is dropped.
// A cut has no string of its own: cutting a text allocates nothing for the pieces.
type pieces struct {
	text
	cuts []cut
}

// divide replaces each cut by those that split adds to dst; empty ones are dropped.
func (p *pieces) divide(split func(dst []cut, c cut) []cut) {
	old := p.cuts
	p.cuts = make([]cut, 0, 2*len(old)+8)
	for _, c := range old {
		n := len(p.cuts)
		p.cuts = split(p.cuts, c)
		kept := p.cuts[:n]
		for _, d := range p.cuts[n:] {
			if d.lo < d.hi {
				kept = append(kept, d)
			}
		}
		p.cuts = kept
	}
}

// rewrite rebuilds the text: replace adds to p what each cut becomes.
func (p *pieces) rewrite(replace func(bytes []byte, from []origin)) {
	old, from := p.restart()
	// in place: a cut is read before the one that takes its place is written
	kept := p.cuts[:0]
	for _, c := range p.cuts {
		lo := len(p.bytes)
		replace(old[c.lo:c.hi], from[c.lo:c.hi])
		if lo < len(p.bytes) {
			kept = append(kept, cut{lo, len(p.bytes)})
		}
	}
	p.cuts = kept
}
