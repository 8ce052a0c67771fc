package jinja

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// titleWords begins every word with a capital: what stands behind white space,
// hyphens and brackets.
// That is not str.title: an apostrophe begins no word here.
func titleWords(r *run, t Text) Text {
	inside := false
	return r.each(t, func(s string) string {
		return strings.Map(func(c rune) rune {
			was := inside
			inside = !isSpace(c) && !strings.ContainsRune("-({[<", c)
			if was {
				return unicode.ToLower(c)
			}
			return unicode.ToUpper(c)
		}, s)
	})
}

// wordCount counts runs of what Python's \w matches.
func wordCount(s string) int {
	n, inside := 0, false
	for _, c := range s {
		word := c == '_' || unicode.IsLetter(c) || unicode.IsNumber(c)
		if word && !inside {
			n++
		}
		inside = word
	}
	return n
}

// indent puts white space before the lines of a text, but for the first and
// blank ones unless they are wanted.
func indent(r *run, v Value, a *args) Value {
	given := r.bind(a, "indent", "width", "first", "blank")
	// four spaces, unless a number or a text is given
	width := Text{s: "    "}
	switch w := given[0].(type) {
	case nil:
	case Text:
		width = w
	default:
		width = r.fillOf(" ", r.number(w, "indent"))
	}
	first, blank := given[1] != nil && truth(given[1]), given[2] != nil && truth(given[2])
	t := r.str(v, "indent")
	b := builder{run: r}
	for start, line := 0, 0; start <= len(t.s); line++ {
		end := strings.IndexByte(t.s[start:], '\n')
		if end < 0 {
			end = len(t.s) - start
		}
		// the newline is the text's own
		if line > 0 {
			b.add(t.cut(start-1, start))
		}
		// a blank line is indented only if blank is set
		if line == 0 && first || line > 0 && (blank || end > 0) {
			b.add(width)
		}
		b.add(t.cut(start, start+end))
		start += end + 1
	}
	return b.text()
}

// truncate shortens a text.
// A text of up to leeway more characters than length stays as it is. Unless killwords
// is set, the word that the cut goes through is left out.
func truncate(r *run, v Value, a *args) Value {
	given := r.bind(a, "truncate", "length", "killwords", "end", "leeway")
	t, length, leeway, end := r.print(v), r.optional(given[0], 255, "truncate"), 5, Plain("...")
	if given[2] != nil {
		end = r.str(given[2], "truncate")
	}
	if _, is := given[3].(none); given[3] != nil && !is {
		leeway = r.number(given[3], "truncate")
	}
	r.scan(len(t.s))
	switch {
	case length < end.length():
		r.fail("truncate: expected length >= %d, got %d", end.length(), length)
	case leeway < 0:
		r.fail("truncate: expected leeway >= 0, got %d", leeway)
	case t.length() <= length+leeway:
		return t
	}
	// the mark at the end is part of the length
	cut := t.cut(0, t.offset(length-end.length()))
	if given[1] == nil || !truth(given[1]) {
		if space := strings.LastIndexByte(cut.s, ' '); space >= 0 {
			cut = cut.cut(0, space)
		}
	}
	return r.joined(cut, end)
}

// urlEncode quotes a text for an address, or the pairs of a dict or list.
func urlEncode(r *run, v Value, a *args) Value {
	r.bind(a, "urlencode")
	var pairs []Value
	switch v := v.(type) {
	case *dict:
		pairs = r.pairs(v)
	case *list:
		pairs = r.iterate(v)
	default:
		return r.each(r.print(v), func(s string) string { return percent(s, "/") })
	}
	b := builder{run: r}
	for i, item := range pairs {
		pair := r.iterate(item)
		if len(pair) != 2 {
			r.fail("urlencode: a pair of %d values", len(pair))
		}
		if i > 0 {
			b.plain("&")
		}
		b.add(r.each(r.print(pair[0]), query))
		b.plain("=")
		b.add(r.each(r.print(pair[1]), query))
	}
	return b.text()
}

// query quotes for a query string, where a space is a plus.
func query(s string) string { return strings.ReplaceAll(percent(s, " "), " ", "+") }

// percent quotes all bytes but letters, digits, _.-~ and those of safe.
// It goes byte by byte: characters beyond ASCII are quoted as their UTF-8.
func percent(s, safe string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)) || strings.IndexByte("_.-~"+safe, c) >= 0) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
