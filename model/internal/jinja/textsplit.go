package jinja

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// strip takes white space, or the characters given, off the ends.
func (r *run) strip(t Text, a *args, what string, left, right bool) Text {
	r.scan(len(t.s))
	// the characters are a set, not a prefix
	chars := r.bind(a, what, "chars")[0]
	if _, is := chars.(none); chars == nil || is {
		return t.stripped(isSpace, left, right)
	}
	set := r.str(chars, what).s
	// each character is looked for among those given
	r.scan(len(t.s) * min(len(set), 64))
	return t.stripped(func(c rune) bool { return strings.ContainsRune(set, c) }, left, right)
}

// split is split, or rsplit, whose cuts begin at the right.
// Without a separator it splits at runs of white space and makes no empty parts; with
// one, every occurrence splits. Most is the number of cuts, negative for all. The last
// part keeps the rest.
func (r *run) split(t Text, a *args, what string, left bool) Value {
	given := r.bind(a, what, "sep", "maxsplit")
	most := r.optional(given[1], -1, what)
	r.scan(len(t.s))
	var parts []Value
	add := func(start, end int) { parts = r.append(parts, t.cut(start, end)) }
	if _, is := given[0].(none); given[0] == nil || is {
		if left {
			fieldsLeft(t.s, most, add)
		} else {
			fieldsRight(t.s, most, add)
		}
	} else {
		sep := r.str(given[0], what).s
		if sep == "" {
			r.fail("%s: empty separator", what)
		}
		if left {
			splitLeft(t.s, sep, most, add)
		} else {
			splitRight(t.s, sep, most, add)
		}
	}
	// cuts from the right come last part first
	if !left {
		slices.Reverse(parts)
	}
	return r.list(parts...)
}

// splitLeft calls add with the byte offsets of each part.
func splitLeft(s, sep string, most int, add func(start, end int)) {
	start := 0
	for ; most != 0; most-- {
		at := strings.Index(s[start:], sep)
		if at < 0 {
			break
		}
		add(start, start+at)
		start += at + len(sep)
	}
	add(start, len(s))
}

// splitRight does so from the end: the last part comes first.
func splitRight(s, sep string, most int, add func(start, end int)) {
	end := len(s)
	for ; most != 0; most-- {
		at := strings.LastIndex(s[:end], sep)
		if at < 0 {
			break
		}
		add(at+len(sep), end)
		end = at
	}
	add(0, end)
}

// fieldsLeft splits at white space.
func fieldsLeft(s string, most int, add func(start, end int)) {
	for start := 0; ; most-- {
		start = len(s) - len(strings.TrimLeftFunc(s[start:], isSpace))
		if start == len(s) {
			return
		}
		// the last part keeps white space that stands in it, but none in front
		n := strings.IndexFunc(s[start:], isSpace)
		if n < 0 || most == 0 {
			add(start, len(s))
			return
		}
		add(start, start+n)
		start += n
	}
}

// fieldsRight does so from the end.
func fieldsRight(s string, most int, add func(start, end int)) {
	for ; ; most-- {
		s = strings.TrimRightFunc(s, isSpace)
		if s == "" {
			return
		}
		space := strings.LastIndexFunc(s, isSpace)
		if space < 0 || most == 0 {
			add(0, len(s))
			return
		}
		_, size := utf8.DecodeRuneInString(s[space:])
		add(space+size, len(s))
		s = s[:space]
	}
}

// append counts what a part costs.
func (r *run) append(parts []Value, t Text) []Value {
	r.makes(4*valueBytes + placeBytes*len(t.from))
	return append(parts, t)
}

// splitLines knows all line ends that Python's does, "\r\n" as one.
func splitLines(r *run, t Text, a *args) Value {
	keep := r.bind(a, "splitlines", "keepends")[0]
	ends := func(c rune) bool {
		return strings.ContainsRune("\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029", c)
	}
	r.scan(len(t.s))
	var lines []Value
	for start := 0; start < len(t.s); {
		end := strings.IndexFunc(t.s[start:], ends)
		if end < 0 {
			lines = r.append(lines, t.cut(start, len(t.s)))
			break
		}
		end += start
		_, size := utf8.DecodeRuneInString(t.s[end:])
		// two characters, one line end
		if strings.HasPrefix(t.s[end:], "\r\n") {
			size = 2
		}
		shown := end
		if keep != nil && truth(keep) {
			shown += size
		}
		lines = r.append(lines, t.cut(start, shown))
		start = end + size
	}
	return r.list(lines...)
}

// partition returns what stands before the separator, it, and what stands behind;
// without one, the whole is the first or, from the right, the last.
func (r *run) partition(t Text, a *args, index func(s, sep string) int, last bool) Value {
	sep := r.str(r.need(a, 1, "partition", "sep")[0], "partition")
	if sep.s == "" {
		r.fail("partition: empty separator")
	}
	r.scan(len(t.s))
	at := index(t.s, sep.s)
	switch {
	case at >= 0:
		return r.shaped(tupleShape, []Value{t.cut(0, at), t.cut(at, at+len(sep.s)), t.cut(at+len(sep.s), len(t.s))})
	case last:
		return r.shaped(tupleShape, []Value{Text{}, Text{}, t})
	}
	return r.shaped(tupleShape, []Value{t, Text{}, Text{}})
}

// affix is startswith or endswith, of one text or of a tuple of them.
func (r *run) affix(t Text, a *args, what string, has func(s, part string) bool) Value {
	given := r.need(a, 1, what, "prefix", "start", "end")
	// start and end count characters and may be negative, as in a slice
	s := r.window(t, given[1], given[2])
	parts := given[:1]
	if l, ok := given[0].(*list); ok && l.isTuple() {
		parts = l.items
	}
	for _, part := range parts {
		p := r.str(part, what).s
		r.scan(len(p))
		if has(s.s, p) {
			return boolean(true)
		}
	}
	return boolean(false)
}

// window returns the characters from start to end, either of which may be nil.
func (r *run) window(t Text, start, end Value) Text {
	if start == nil && end == nil {
		return t
	}
	parts := [3]Value{start, end, none{}}
	for i, v := range parts {
		if v == nil {
			parts[i] = none{}
		}
	}
	return r.sliceText(t, parts).(Text)
}

// search is count, find, rfind, index or rindex.
func (r *run) search(t Text, a *args, what string) Value {
	given := r.need(a, 1, what, "sub", "start", "end")
	sub, s := r.str(given[0], what).s, r.window(t, given[1], given[2])
	r.scan(len(s.s))
	// without overlap; of the empty part there is one more than characters, as Go counts too
	if what == "count" {
		return integer(strings.Count(s.s, sub))
	}
	// in bytes, which are counted as characters below
	at := strings.Index(s.s, sub)
	if what[0] == 'r' {
		at = strings.LastIndex(s.s, sub)
	}
	if at < 0 {
		if strings.HasSuffix(what, "index") {
			r.fail("%s: substring not found", what)
		}
		return integer(-1)
	}
	// positions are in the whole text, and in characters
	before := 0
	if given[1] != nil {
		if _, is := given[1].(none); !is {
			n := t.length()
			if before = r.number(given[1], what); before < 0 {
				before = max(before+n, 0)
			}
			before = min(before, n)
		}
	}
	return integer(before + utf8.RuneCountInString(s.s[:at]))
}
