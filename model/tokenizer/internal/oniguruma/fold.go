package oniguruma

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// foldRune appends r without its case: characters that differ only in case become the same, and some become several
// (ß is ss).
// Simple folding is package unicode's; the foldings to several characters, which it
// lacks, are in a table of Python's casefold (testdata/unicode.py).
func foldRune(dst []rune, r rune) []rune {
	if r < utf8.RuneSelf {
		return append(dst, asciiFold(r))
	}
	if several, ok := foldings[r]; ok {
		for _, one := range several {
			dst = append(dst, smallest(one))
		}
		return dst
	}
	return append(dst, smallest(r))
}

func asciiFold(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - ('a' - 'A')
	}
	return r
}

// smallest returns the first of the characters that r may stand for when case does not count.
// SimpleFold goes round the characters that are equal without case, so that the first
// of them stands for all.
func smallest(r rune) rune {
	least := r
	for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
		least = min(least, o)
	}
	return least
}

// fold returns a string without its case.
func fold(s string) []rune {
	var out []rune
	for _, r := range s {
		out = foldRune(out, r)
	}
	return out
}

// matchFold returns how much of b is text, given without case; -1 for nothing.
// A character of b may become several, all of which must match: ß does not match the
// first half of ss alone.
func matchFold(b []byte, text []rune) int {
	var memory [4]rune
	n := 0
	for len(text) > 0 {
		if n == len(b) {
			return -1
		}
		r, size := utf8.DecodeRune(b[n:])
		for _, f := range foldRune(memory[:0], r) {
			if len(text) == 0 || text[0] != f {
				return -1
			}
			text = text[1:]
		}
		n += size
	}
	return n
}

// cased has every character that has another case.
// It is made once, of all code points: expressions without case are few.
var cased = sync.OnceValue(func() []rune {
	var out []rune
	for r := range rune(unicode.MaxRune + 1) {
		if unicode.SimpleFold(r) != r {
			out = append(out, r)
		}
	}
	return out
})

// anyCase adds to s the other cases of its characters, and returns the strings of several that one of them may be.
func (s set) anyCase() (all set, several []string) {
	extra := []set{s}
	for _, r := range cased() {
		if !s.has(r) {
			continue
		}
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			if !s.has(o) {
				extra = append(extra, set{o, o + 1})
			}
		}
	}
	// ß, as one that may be ss
	for r, text := range foldings {
		if s.has(r) {
			several = append(several, text)
		}
	}
	return union(extra...), several
}
