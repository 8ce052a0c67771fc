// Package stability has what it takes to see whether an explanation stays the
// same when its text changes in a way that leaves the meaning alone: edits of a
// text, and which players of the two explanations stand for the same. How far
// their scores are apart then, [github.com/whence-xai/whence/explain/metric.Change] tells.
package stability

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An Edit is a text changed in a way that leaves its meaning alone.
type Edit struct {
	Kind   string // "case", "punctuation", "typo" or "synonym"
	Detail string // what was changed, as in "film → movie"
	Text   string // the text changed
}

// Edits returns up to n edits of a text, no two alike, in turns of
//
//	case         the first letter of a word in the other case
//	punctuation  the last mark of the text, one of . ! ?, taken away; a full stop where there is none
//	typo         two letters in the middle of a word of five letters or more, swapped
//	synonym      an English word for another of a small list, see synonyms.go
//
// The words are drawn at random. Of kinds that find nothing to change there are none.
func Edits(text string, n int, seed uint64) []Edit {
	rng := rand.New(rand.NewPCG(seed, 0x6564697473)) // a stream of its own
	words := letters(text)
	rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	var kinds [][]Edit
	for _, kind := range []struct {
		name   string
		change func(word string) string
	}{{"case", otherCase}, {"typo", typo}, {"synonym", synonym}} {
		var edits []Edit
		for _, w := range words {
			if old := text[w.lo:w.hi]; kind.change(old) != old {
				changed := kind.change(old)
				edits = append(edits, Edit{kind.name, old + " → " + changed, text[:w.lo] + changed + text[w.hi:]})
			}
		}
		kinds = append(kinds, edits)
	}
	kinds = append(kinds, []Edit{punctuation(text)})
	return deal(kinds, n)
}

// deal takes one of each kind in turn until n are taken or none is left.
// Taken in turn, six edits are of all four kinds; at random they might all be
// typos.
func deal(kinds [][]Edit, n int) []Edit {
	var out []Edit
	for turn, left := 0, true; left; turn++ {
		left = false
		for _, k := range kinds {
			if turn < len(k) {
				if len(out) == n {
					return out
				}
				out, left = append(out, k[turn]), true
			}
		}
	}
	return out
}

// A stretch is bytes lo to hi, hi excluded.
type stretch struct{ lo, hi int }

// letters returns the unbroken runs of letters.
func letters(text string) []stretch {
	var out []stretch
	inside := false
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			inside = false
			continue
		}
		if !inside {
			out = append(out, stretch{lo: i})
		}
		inside = true
		out[len(out)-1].hi = i + utf8.RuneLen(r)
	}
	return out
}

// otherCase changes nothing where a letter has no case, and Edits then leaves the
// word out.
func otherCase(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	if unicode.IsUpper(first) {
		return string(unicode.ToLower(first)) + word[size:]
	}
	return string(unicode.ToUpper(first)) + word[size:]
}

// typo swaps the two letters in the middle of a word; of accents that follow a
// letter it keeps off.
func typo(word string) string {
	r := []rune(word)
	if len(r) < 5 || strings.ContainsFunc(word, unicode.IsMark) {
		return word
	}
	m := len(r) / 2
	r[m-1], r[m] = r[m], r[m-1]
	return string(r)
}

func synonym(word string) string {
	other, ok := synonyms[strings.ToLower(word)]
	if !ok {
		return word
	}
	if first, _ := utf8.DecodeRuneInString(word); unicode.IsUpper(first) {
		return otherCase(other)
	}
	return other
}

func punctuation(text string) Edit {
	bare := strings.TrimRightFunc(text, unicode.IsSpace)
	if strings.HasSuffix(bare, ".") || strings.HasSuffix(bare, "!") || strings.HasSuffix(bare, "?") {
		return Edit{"punctuation", "no " + bare[len(bare)-1:] + " at the end", bare[:len(bare)-1]}
	}
	return Edit{"punctuation", "a full stop at the end", bare + "."}
}
