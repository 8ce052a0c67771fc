package tokenizer

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A pattern finds what a pre-tokenizer cuts at or a normalizer replaces.
type pattern interface {
	// matches appends the matches in b, from left to right and without overlap.
	matches(dst []cut, b []byte) []cut
}

// A patternFile is a pattern as a file gives it: one of the two.
type patternFile struct {
	String *string
	Regex  *string
}

func newPattern(f *patternFile) (pattern, error) {
	switch {
	case f.String != nil && *f.String != "":
		return literal(*f.String), nil
	case f.Regex != nil:
		return newRegex(*f.Regex)
	}
	return nil, errors.New("pattern is neither a String nor a Regex")
}

type literal string

func (l literal) matches(dst []cut, b []byte) []cut {
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

func (in runeClass) matches(dst []cut, b []byte) []cut {
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
type wordRuns struct{}

func (wordRuns) matches(dst []cut, b []byte) []cut {
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

type regex struct{ *regexp.Regexp }

func (r regex) matches(dst []cut, b []byte) []cut {
	for _, m := range r.FindAllIndex(b, -1) {
		dst = append(dst, cut{m[0], m[1]})
	}
	return dst
}

// newRegex makes a pattern of a regular expression in the syntax of Oniguruma. Some that have a look-ahead, which
// Go's package has not, are known by their text.
func newRegex(expr string) (pattern, error) {
	if w, ok := knownWords[expr]; ok {
		return w, nil
	}
	translated, err := translate(expr)
	if err == nil {
		var re *regexp.Regexp
		if re, err = regexp.Compile(translated); err == nil {
			return regex{re}, nil
		}
	}
	return nil, fmt.Errorf("regular expression %q is not supported: %w; with a look-ahead or possessive repetition, "+
		"only the word patterns of GPT-2, Llama 3, Qwen 2 and GPT-4 are", expr, err)
}

// unicodeClasses are classes that mean more in Oniguruma than in Go.
var unicodeClasses = map[byte]string{
	's': `\t-\r\x{85}\p{Z}`,
	'd': `\p{Nd}`,
	'w': `\p{L}\p{M}\p{Nd}\p{Pc}`,
}

// translate writes an expression in Go's syntax. ^ and $ match at lines in Oniguruma.
func translate(expr string) (string, error) {
	var b strings.Builder
	b.WriteString("(?m)")
	inClass := false
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '\\' && i+1 < len(expr):
			i++
			class, negated := unicodeClasses[expr[i]|0x20], expr[i] < 'a'
			switch {
			case class == "":
				b.WriteString(expr[i-1 : i+1])
			case inClass && negated:
				return "", fmt.Errorf(`\%c inside a class`, expr[i])
			case inClass:
				b.WriteString(class)
			case negated:
				b.WriteString("[^" + class + "]")
			default:
				b.WriteString("[" + class + "]")
			}
			continue
		case c == '[' && inClass:
			if !strings.HasPrefix(expr[i:], "[:") {
				return "", errors.New("class inside a class")
			}
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case strings.HasPrefix(expr[i:], "(?m") || strings.HasPrefix(expr[i:], "(?s"):
			return "", errors.New("flag other than i")
		case c == '&' && inClass && strings.HasPrefix(expr[i:], "&&"):
			return "", errors.New("intersection of classes")
		}
		b.WriteByte(c)
	}
	return b.String(), nil
}
