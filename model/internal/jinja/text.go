package jinja

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Text is a string that knows which parts of it came from where.
// Explanations are of the words of a conversation, but the model reads what the
// template made of it: the places say which bytes of that are whose.
type Text struct {
	s    string
	from []Place // ascending, apart, of one source each
}

// A Place is a part of a text, as byte offsets, that came from a source. What
// the template made of the words of one source is that source's.
type Place struct{ Start, End, Source int }

// mixed is the source of a part in which several sources, or a source and words
// of the template, can no longer be told apart.
const mixed = -1

// From returns a text that came from a source, which is not negative.
func From(source int, s string) Text {
	t := Text{s: s}
	if s != "" {
		t.from = []Place{{0, len(s), source}}
	}
	return t
}

// Plain returns a text of no source.
func Plain(s string) Text { return Text{s: s} }

// String returns the text without its sources.
func (t Text) String() string { return t.s }

// Places returns what of the text came from which source, and whether that can
// be told of all of it.
func (t Text) Places() (places []Place, exact bool) {
	return t.from, !slices.ContainsFunc(t.from, func(p Place) bool { return p.Source == mixed })
}

// cut returns a part of a text.
// Places that reach over the ends are shortened; binary search finds the first, as
// a loop over a long text cuts it character by character.
func (t Text) cut(start, end int) Text {
	part := Text{s: t.s[start:end]}
	// the first place that ends behind start
	first, _ := slices.BinarySearchFunc(t.from, start+1, func(p Place, at int) int { return p.End - at })
	for _, p := range t.from[first:] {
		lo, hi := max(p.Start, start), min(p.End, end)
		if lo >= hi {
			break
		}
		part.from = append(part.from, Place{lo - start, hi - start, p.Source})
	}
	return part
}

// owner returns the source of a whole text; of none and of a text that is not
// of one source, ok is false.
func (t Text) owner() (source int, ok bool) {
	if len(t.from) == 1 && t.from[0].Start == 0 && t.from[0].End == len(t.s) {
		return t.from[0].Source, true
	}
	return mixed, false
}

// became returns what a text was made into: of the source that it was of, if
// that can be told.
// A text of several sources, or of a source and of words of the template, becomes
// one of mixed source: which byte came from which cannot be told any longer.
func (t Text) became(s string) Text {
	// unchanged, it keeps all of its places
	if s == t.s {
		return t
	}
	if len(t.from) == 0 {
		return Plain(s)
	}
	source, _ := t.owner()
	made := From(0, s)
	for i := range made.from {
		made.from[i].Source = source
	}
	return made
}

// each returns what a text becomes by a change that concerns every character
// for itself.
// Parts of one source are changed apart, so that each keeps its source however long
// it gets. A change with a memory (title) sees them in order.
func (r *run) each(t Text, change func(string) string) Text {
	b := builder{run: r}
	done := 0
	for _, p := range t.from {
		b.add(Plain(change(t.s[done:p.Start])))
		b.add(t.cut(p.Start, p.End).became(change(t.s[p.Start:p.End])))
		done = p.End
	}
	b.add(Plain(change(t.s[done:])))
	return b.text()
}

// stripped returns t without the characters at its ends that strip tells.
func (t Text) stripped(strip func(rune) bool, left, right bool) Text {
	start, end := 0, len(t.s)
	if left {
		start = end - len(strings.TrimLeftFunc(t.s, strip))
	}
	if right {
		end = start + len(strings.TrimRightFunc(t.s[start:], strip))
	}
	return t.cut(start, end)
}

// length returns the number of characters.
func (t Text) length() int { return utf8.RuneCountInString(t.s) }

// offset returns where character i begins.
// For as many characters as there are, or more, it is the length.
func (t Text) offset(i int) int {
	for at := range t.s {
		if i == 0 {
			return at
		}
		i--
	}
	return len(t.s)
}

// A builder makes a text of parts.
// Neighbouring places of one source are one: a text that a loop put together
// character by character has few.
type builder struct {
	run  *run
	s    strings.Builder
	from []Place
}

// placeBytes is the memory of a Place.
const placeBytes = 24

func (b *builder) plain(s string) { b.add(Plain(s)) }

// add appends a text with its places, which move by what is there already.
func (b *builder) add(t Text) {
	b.run.makes(len(t.s) + placeBytes*len(t.from))
	start := b.s.Len()
	b.s.WriteString(t.s)
	for _, p := range t.from {
		p.Start, p.End = p.Start+start, p.End+start
		// goes on where the last place of the same source ended
		if n := len(b.from); n > 0 && b.from[n-1].End == p.Start && b.from[n-1].Source == p.Source {
			b.from[n-1].End = p.End
			continue
		}
		b.from = append(b.from, p)
	}
}

func (b *builder) text() Text { return Text{b.s.String(), b.from} }

// joined returns the texts one after the other.
func (r *run) joined(texts ...Text) Text {
	b := builder{run: r}
	for _, t := range texts {
		b.add(t)
	}
	return b.text()
}
