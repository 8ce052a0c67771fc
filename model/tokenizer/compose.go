package tokenizer

import (
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A form is one of Unicode's normal forms (UAX #15). Characters that the reference's older tables do not know
// are left alone; those tables' decompositions are final by Unicode's stability policy, so norm's can be used.
// Package norm alone would do but for the spans: it tells the normal form of a string,
// not which character of it came from where.
type form struct {
	// characters of the reference's tables that have a decomposition; then what package
	// norm decomposes them by, and whether composition follows
	decomposable runeSet
	tables       norm.Form
	compose      bool
}

var (
	canonicalForm      = form{canonicalRunes, norm.NFD, false}
	canonicalComposed  = form{canonicalRunes, norm.NFD, true}
	compatibleForm     = form{compatibleRunes, norm.NFKD, false}
	compatibleComposed = form{compatibleRunes, norm.NFKD, true}
)

// Text that is all ASCII is its own normal form in each of them. Other text is taken
// apart in stretches, so that a long text needs no list of all its characters.
func (f form) normalize(t *text) {
	if isASCII(t.bytes) {
		return
	}
	old, from := t.restart()
	var list []change
	for lo := 0; lo < len(old); {
		start, end := unicodeRun(old, lo)
		t.putText(old[lo:start], from[lo:start])
		list = f.changes(list[:0], old[start:end])
		t.apply(list, old[start:end], from[start:end])
		lo = end
	}
}

// unicodeRun returns the next stretch that normalizes on its own: characters beyond ASCII with the ASCII character
// before them, which may compose with them.
func unicodeRun(b []byte, lo int) (start, end int) {
	start = lo
	for start < len(b) && b[start] < utf8.RuneSelf {
		start++
	}
	end = start
	for end < len(b) && b[end] >= utf8.RuneSelf {
		end++
	}
	if start > lo && end > start {
		start--
	}
	return start, end
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A change is a character of normalized text: it stands for one character of the old text and -delta further ones,
// or is an addition (delta 1) that shares the origin of what was used up last.
type change struct {
	r     rune
	delta int
	class uint8 // canonical combining class
}

// changes appends the normal form of b.
func (f form) changes(list []change, b []byte) []change {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		list = f.decompose(list, r)
		i += size
	}
	// canonical ordering (UAX #15, D109): the marks behind a starter by their class, those
	// of one class in the order in which they stood
	for lo := 0; lo < len(list); {
		hi := lo + 1
		for hi < len(list) && list[hi].class != 0 {
			hi++
		}
		if list[lo].class != 0 {
			slices.SortStableFunc(list[lo:hi], byClass)
		} else {
			slices.SortStableFunc(list[lo+1:hi], byClass)
		}
		lo = hi
	}
	if f.compose {
		return recompose(list)
	}
	return list
}

func byClass(a, b change) int { return int(a.class) - int(b.class) }

// decompose appends the decomposition of one character.
// Hangul syllables are decomposed by arithmetic (Unicode 15, section 3.12), since no
// table lists them.
func (f form) decompose(list []change, r rune) []change {
	if r >= hangulBase && r < hangulEnd {
		s := r - hangulBase
		list = append(list, change{r: leadBase + s/(vowels*tails)}, change{r: vowelBase + s%(vowels*tails)/tails, delta: 1})
		if tail := s % tails; tail > 0 {
			list = append(list, change{r: tailBase + tail, delta: 1})
		}
		return list
	}
	if r < utf8.RuneSelf || !f.decomposable.has(r) {
		return append(list, change{r: r, class: class(r)})
	}
	delta := 0
	for _, d := range string(f.tables.PropertiesString(string(r)).Decomposition()) {
		list = append(list, change{r: d, delta: delta, class: class(d)})
		delta = 1
	}
	return list
}

// class returns the canonical combining class: 0 for starters, which begin a sequence.
func class(r rune) uint8 {
	// no character below U+0300 combines
	if r < 0x300 || !combiningRunes.has(r) {
		return 0
	}
	return norm.NFD.PropertiesString(string(r)).CCC()
}

// recompose joins characters with the starter before them where a composed character exists and nothing of the
// same or a higher class stands between. It works in place.
func recompose(list []change) []change {
	out := list[:0]
	starter, last := -1, -1 // position of the starter; class of the last character kept behind it, -1 for none
	for _, c := range list {
		// not blocked (UAX #15, D115): nothing between the two of the same or a higher class
		if starter >= 0 && last < int(c.class) {
			if r, ok := compose(out[starter].r, c.r); ok {
				out[starter].r = r
				out[starter].delta += c.delta - 1
				continue
			}
		}
		switch {
		case c.class == 0:
			starter, last = len(out), -1
		case starter >= 0:
			last = int(c.class)
		}
		out = append(out, c)
	}
	return out
}

// The constants of Unicode 15, section 3.12: 19 leading consonants, 21 vowels, and 28
// trailing consonants, of which the first is none.
const (
	hangulBase, hangulEnd         = 0xac00, hangulBase + leads*vowels*tails
	leadBase, vowelBase, tailBase = 0x1100, 0x1161, 0x11a7
	leads, vowels, tails          = 19, 21, 28
)

// compose returns the character that a and b compose to, if there is one.
// A leading consonant and a vowel make a syllable, and that with a trailing consonant
// another; all else is looked up.
func compose(a, b rune) (rune, bool) {
	switch {
	case a >= leadBase && a < leadBase+leads && b >= vowelBase && b < vowelBase+vowels:
		return hangulBase + ((a-leadBase)*vowels+b-vowelBase)*tails, true
	case a >= hangulBase && a < hangulEnd && (a-hangulBase)%tails == 0 && b > tailBase && b < tailBase+tails:
		return a + b - tailBase, true
	}
	r, ok := compositions().get(pairKey(uint32(a), uint32(b)))
	return rune(r), ok
}

// compositions maps two characters to the one that they compose to: the inverse of the canonical decompositions
// but for those that Unicode excludes, which no composed form keeps.
// It is made when it is first needed, of the two thousand characters with a canonical
// decomposition.
var compositions = sync.OnceValue(func() *table {
	t := newTable(1000)
	for i := 0; i < len(canonicalRunes); i += 2 {
		for r := canonicalRunes[i]; r < canonicalRunes[i+1]; r++ {
			s := string(r)
			// excluded from composition
			if !norm.NFC.IsNormalString(s) {
				continue
			}
			// the full decomposition, whose last character is the second of the pair
			parts := norm.NFD.PropertiesString(s).Decomposition()
			second, size := utf8.DecodeLastRune(parts)
			first, _ := utf8.DecodeRune(norm.NFC.Bytes(parts[:len(parts)-size]))
			t.set(pairKey(uint32(first), uint32(second)), uint64(r))
		}
	}
	return t
})

// apply adds the changed characters of a piece of text.
// A character that stands for several old ones has the origin of the first, and an
// addition that of the last that was used up.
func (t *text) apply(list []change, old []byte, from []origin) {
	pos := 0
	var last origin
	for _, c := range list {
		if c.delta > 0 || pos >= len(old) {
			t.put(c.r, last)
			continue
		}
		t.put(c.r, from[pos])
		for range 1 - c.delta {
			_, size := utf8.DecodeRune(old[pos:])
			last = from[min(pos, len(from)-1)]
			pos += size
		}
	}
}
