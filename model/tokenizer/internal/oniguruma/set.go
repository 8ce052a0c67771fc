package oniguruma

import (
	"slices"
	"unicode/utf8"
)

// A set is a set of code points: the start and the end (exclusive) of each run, in order.
// That makes complement and union a walk through the borders, and membership a binary
// search by their parity.
type set []rune

// The number of borders up to r is odd inside a run.
func (s set) has(r rune) bool {
	i, found := slices.BinarySearch(s, r)
	return (i&1 == 1) != found
}

// union returns what is in any of sets.
func union(sets ...set) set {
	var runs [][2]rune
	for _, s := range sets {
		for i := 0; i < len(s); i += 2 {
			runs = append(runs, [2]rune{s[i], s[i+1]})
		}
	}
	slices.SortFunc(runs, func(a, b [2]rune) int { return int(a[0]) - int(b[0]) })
	var out set
	for _, r := range runs {
		// runs that touch become one
		if n := len(out); n > 0 && r[0] <= out[n-1] {
			out[n-1] = max(out[n-1], r[1])
			continue
		}
		out = append(out, r[0], r[1])
	}
	return out
}

// not returns what is not in s.
func (s set) not() set {
	const end = utf8.MaxRune + 1
	var out set
	last := rune(0)
	for i := 0; i < len(s); i += 2 {
		if last < s[i] {
			out = append(out, last, s[i])
		}
		last = s[i+1]
	}
	if last < end {
		out = append(out, last, end)
	}
	return out
}

// and returns what is in both.
func (s set) and(t set) set { return union(s.not(), t.not()).not() }

// A class is a set with its ASCII part by table.
// ASCII is most of most texts, and a table beats a search.
type class struct {
	ascii [utf8.RuneSelf]bool
	set   set
}

func newClass(s set) *class {
	c := &class{set: s}
	for r := range c.ascii {
		c.ascii[r] = s.has(rune(r))
	}
	return c
}

// next returns the length of the character of c that b starts with, 0 for none.
func (c *class) next(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	if b[0] < utf8.RuneSelf {
		if c.ascii[b[0]] {
			return 1
		}
		return 0
	}
	r, size := utf8.DecodeRune(b)
	if c.set.has(r) {
		return size
	}
	return 0
}
