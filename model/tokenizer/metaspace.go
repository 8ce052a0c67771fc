package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// metaspace writes spaces as another character and cuts before each, as SentencePiece does.
// Kudo and Richardson 2018, "SentencePiece", section 3.1: white space is a character
// like others, so that the text can be put together again without rules.
type metaspace struct {
	mark  string // one character
	front string // whether text gets a mark in front: "always", "first" (the start of the whole text only) or "never"
	words bool   // whether to cut
}

// Older files have add_prefix_space, newer ones prepend_scheme; false in the one counts
// over the other.
func newMetaspace(mark, scheme string, addPrefixSpace *bool, words bool) (metaspace, error) {
	m := metaspace{mark, scheme, words}
	// the default of files from before prepend_scheme
	if scheme == "" {
		m.front = "always"
	}
	if addPrefixSpace != nil && !*addPrefixSpace {
		m.front = "never"
	}
	switch m.front {
	case "always", "first", "never":
		return m, oneCharacter("Metaspace", "replacement", mark)
	}
	return m, unsupported("prepend_scheme", scheme, "always, first, never")
}

// split writes spaces as the mark, "▁", which stands before the word after the
// space, so that joined tokens give the text back.
func (m metaspace) split(p *pieces) {
	p.rewrite(func(bytes []byte, from []origin) {
		// a text that begins with a space or a mark gets no second one
		marked := bytes[0] == ' ' || strings.HasPrefix(string(bytes[:min(len(bytes), len(m.mark))]), m.mark)
		if !marked && (m.front == "always" || m.front == "first" && from[0].start == 0) {
			p.putString(m.mark, from[0])
		}
		done := 0
		for i, c := range bytes {
			if c == ' ' {
				p.putText(bytes[done:i], from[done:i])
				p.putString(m.mark, from[i])
				done = i + 1
			}
		}
		p.putText(bytes[done:], from[done:])
	})
	if m.words {
		splitAt{pattern: literal(m.mark), behavior: next}.split(p)
	}
}

// decode writes the marks as spaces, but for those of the first token that stand for no space of the text.
func (m metaspace) decode(tokens []string, _ *int) []string {
	mark, _ := utf8.DecodeRuneInString(m.mark)
	for i, s := range tokens {
		tokens[i] = strings.Map(func(r rune) rune {
			switch {
			case r != mark:
				return r
			case i == 0 && m.front != "never":
				return -1
			}
			return ' '
		}, s)
	}
	return tokens
}
