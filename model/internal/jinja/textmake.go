package jinja

import (
	"strings"
	"unicode/utf8"
)

// replace puts another text in the place of a part, at most so often; negative
// for always. What stands for words of a source is that source's.
// An empty part stands between all characters, as in Python.
func (r *run) replace(t, from, to Text, most int) Text {
	if from.s == "" {
		return r.spread(t, to, most)
	}
	b := builder{run: r}
	r.scan(len(t.s))
	done := 0
	for n := 0; n != most; n++ {
		at := strings.Index(t.s[done:], from.s)
		if at < 0 {
			break
		}
		at += done
		b.add(t.cut(done, at))
		// what is put in belongs to the source of what it replaces
		b.add(t.cut(at, at+len(from.s)).replacedBy(to))
		done = at + len(from.s)
	}
	b.add(t.cut(done, len(t.s)))
	return b.text()
}

// replacedBy returns a text in the place of another.
// A text of a source that is put in keeps its source; words of the template take that
// of the words they stand for.
func (t Text) replacedBy(to Text) Text {
	if len(to.from) > 0 {
		return to
	}
	return t.became(to.s)
}

// spread puts a text before every character and at the end.
func (r *run) spread(t, to Text, most int) Text {
	b := builder{run: r}
	n := 0
	for at, c := range t.s {
		if n != most {
			b.add(to)
			n++
		}
		b.add(t.cut(at, at+utf8.RuneLen(c)))
	}
	if n != most {
		b.add(to)
	}
	return b.text()
}

// join puts a separator between values; where strict, they must be texts.
func (r *run) join(items []Value, sep Text, strict bool) Text {
	b := builder{run: r}
	for i, item := range items {
		if i > 0 {
			b.add(sep)
		}
		t, ok := item.(Text)
		if !ok {
			if strict {
				r.fail("join: sequence item %d: expected str instance, %s found", i, item.kind())
			}
			t = r.print(item)
		}
		b.add(t)
	}
	return b.text()
}

// fillOf returns n times a character; none if n is negative.
// What it costs is counted first; n may be anything.
func (r *run) fillOf(c string, n int) Text {
	if n <= 0 {
		return Text{}
	}
	if n > maxBytes {
		r.makes(n)
	}
	r.makes(n * len(c))
	return Plain(strings.Repeat(c, n))
}

// justify is center, ljust or rjust.
func (r *run) justify(t Text, a *args, what string) Text {
	given := r.need(a, 1, what, "width", "fillchar")
	fill := " "
	if given[1] != nil {
		if fill = r.str(given[1], what).s; utf8.RuneCountInString(fill) != 1 {
			r.fail("%s: the fill character must be exactly one character long", what)
		}
	}
	width := r.number(given[0], what)
	n := width - t.length()
	if n <= 0 {
		return t
	}
	left := 0
	switch what {
	case "rjust":
		left = n
	case "center":
		// CPython's rule: the odd space stands left where the width is odd
		left = n/2 + n&width&1
	}
	return r.joined(r.fillOf(fill, left), t, r.fillOf(fill, n-left))
}

// expandTabs puts spaces for tabs up to the next multiple of the tab size. Columns
// count from the last line end.
func expandTabs(r *run, t Text, a *args) Value {
	size := r.optional(r.bind(a, "expandtabs", "tabsize")[0], 8, "expandtabs")
	b := builder{run: r}
	column := 0
	for at, c := range t.s {
		switch c {
		case '\t':
			if size > 0 {
				n := size - column%size
				b.add(t.cut(at, at+1).replacedBy(r.fillOf(" ", n)))
				column += n
			}
			continue
		case '\n', '\r':
			// and the line end itself is added below
			column = -1
		}
		column++
		b.add(t.cut(at, at+utf8.RuneLen(c)))
	}
	return b.text()
}
