package tokenizer

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/whence-xai/whence/model/tokenizer/internal/oniguruma"
)

// A pattern finds what a pre-tokenizer cuts at or a normalizer replaces.
type pattern interface {
	// matches appends the matches in b, from left to right and without overlap. Steps come off budget where their
	// number is not bounded by the length of b; below 0, matches are missing.
	matches(dst []cut, b []byte, budget *int) []cut
}

// A patternFile is a pattern as a file gives it: one of the two.
type patternFile struct {
	String *string
	Regex  *string
}

// newPattern makes a pattern of what the file gives; an empty String is refused, since
// it would match everywhere.
func newPattern(f *patternFile) (pattern, error) {
	switch {
	case f.String != nil && *f.String != "":
		return literal(*f.String), nil
	case f.Regex != nil:
		return newRegex(*f.Regex)
	}
	return nil, errors.New("pattern is neither a String nor a Regex")
}

// literal is a string that is looked for as it is.
type literal string

// matches: those found first, none of which overlaps the one before.
func (l literal) matches(dst []cut, b []byte, _ *int) []cut {
	for i := 0; ; {
		n := bytes.Index(b[i:], []byte(l))
		if n < 0 {
			return dst
		}
		dst = append(dst, cut{i + n, i + n + len(l)})
		i += n + len(l)
	}
}

// A runeClass matches single characters.
type runeClass func(rune) bool

func (in runeClass) matches(dst []cut, b []byte, _ *int) []cut {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if in(r) {
			dst = append(dst, cut{i, i + size})
		}
		i += size
	}
	return dst
}

// wordRuns matches \w+|[^\w\s]+.
// It is the pattern of the pre-tokenizer Whitespace, by hand since it is common.
type wordRuns struct{}

func (wordRuns) matches(dst []cut, b []byte, _ *int) []cut {
	const none, word, symbol = 0, 1, 2
	last := none
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		kind := symbol
		switch {
		case isWord(r):
			kind = word
		case isSpace(r):
			kind = none
		}
		switch kind {
		case none:
		case last:
			dst[len(dst)-1].hi = i + size
		default:
			dst = append(dst, cut{i, i + size})
		}
		last = kind
		i += size
	}
	return dst
}

// A regex takes steps off the budget of what it matches in.
type regex struct{ *oniguruma.Regexp }

// matches end early when the budget is used up, which the text's err then tells.
func (r regex) matches(dst []cut, b []byte, budget *int) []cut {
	for lo, hi := range r.All(b, budget) {
		dst = append(dst, cut{lo, hi})
	}
	return dst
}

// newBudget returns how many steps regular expressions may take for a text of some bytes: many times what honest ones
// need, and over within a second or so for a short one.
// Oniguruma goes back and tries again, so that a pattern of a few characters can take
// time that is exponential in the text; it is the file's, and the text is the user's.
func newBudget(size int) *int {
	const least, each = 1 << 26, 64
	budget := least + each*size
	return &budget
}

var errSteps = errors.New("a regular expression of the file's takes too many steps on this text")

// newRegex makes a pattern of a regular expression in the syntax of Oniguruma. Those of the most common families are
// known by their text and matched by hand.
func newRegex(expr string) (pattern, error) {
	if w, ok := knownWords[expr]; ok {
		return w, nil
	}
	re, err := oniguruma.Compile(expr)
	if err != nil {
		const longest = 200
		if len(expr) > longest {
			expr = expr[:longest] + "…"
		}
		return nil, fmt.Errorf("regular expression %q: %w", expr, err)
	}
	return regex{re}, nil
}
