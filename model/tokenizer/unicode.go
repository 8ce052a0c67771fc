package tokenizer

import (
	"cmp"
	"slices"
)

// A runeSet is a set of code points: the start and the end (exclusive) of each run, in order.
// Sets are generated from the reference's tables (testdata/unicode.py), since those of package
// unicode are of another version of Unicode.
type runeSet []rune

// Between a start and its end the place of r is odd; found, it is a border itself.
func (s runeSet) has(r rune) bool {
	i, found := slices.BinarySearch(s, r)
	return (i&1 == 1) != found
}

// isSpace tells white space as most parts of the reference see it.
// Unicode's White_Space.
func isSpace(r rune) bool {
	if r < 0x80 {
		return r == ' ' || r >= '\t' && r <= '\r'
	}
	return spaceRunes.has(r)
}

// isPunctuation tells punctuation: Unicode's, and every ASCII character that is neither letter, digit, space nor control.
func isPunctuation(r rune) bool {
	if r < 0x80 {
		return r >= '!' && r <= '/' || r >= ':' && r <= '@' || r >= '[' && r <= '`' || r >= '{' && r <= '~'
	}
	return punctuationRunes.has(r)
}

// isNumeric tells numbers of all kinds (Nd, Nl, No), such as ½ and Ⅷ.
func isNumeric(r rune) bool {
	if r < 0x80 {
		return r >= '0' && r <= '9'
	}
	return numericRunes.has(r)
}

// isWord tells what \w matches.
// It is Unicode's: letters, marks, decimal numbers and connectors.
func isWord(r rune) bool {
	if r < 0x80 {
		return r >= '0' && r <= '9' || r == '_' || isASCIILetter(r)
	}
	return wordRunes.has(r)
}

func isASCIILetter(r rune) bool {
	return r|0x20 >= 'a' && r|0x20 <= 'z'
}

// toLower returns the lower case of r; the second rune is 0 except for U+0130.
// There are no rules for a place in a word: Σ is σ everywhere, as Rust's char has it.
func toLower(r rune) (first, second rune) {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 0x20, 0
	case r < 0x80:
		return r, 0
	case r == 'İ':
		return 'i', '\u0307'
	}
	i, found := slices.BinarySearchFunc(lowerCase, r, func(e [2]rune, r rune) int { return cmp.Compare(e[0], r) })
	if found {
		return lowerCase[i][1], 0
	}
	return r, 0
}
