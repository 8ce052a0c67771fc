package model

import (
	"strings"
	"unicode/utf8"
)

// A Token is a step of a text that is being written.
type Token struct {
	// Text is what the token adds to the text. Where a character takes several
	// tokens, the last has all of it and the others have nothing. The pieces of
	// a text together are its [Generation.Text].
	Text string
	// ID is the token.
	ID int32
	// LogProb is the model's log-probability of it.
	LogProb float64
	// Sample is the number of the text among those of its prompt.
	Sample int
	// Finish is why the text ends with it, or "" if it does not.
	Finish Finish
	// Score is that of the whole text with its last token, see [Generation].
	Score float64
}

// A spelling turns tokens into pieces of text as they come.
type spelling struct {
	text func(ids []int32) string // decodes tokens
	ids  []int32
	from int // tokens before it have been spelled and no longer matter
	told int // tokens before it have been spelled
}

// add returns the text that the next token completes. The last one spells what
// is left, whole characters or not.
func (s *spelling) add(id int32, last bool) string {
	s.ids = append(s.ids, id)
	// What a token adds may depend on the tokens just before: a space, say.
	before, after := s.text(s.ids[s.from:s.told]), s.text(s.ids[s.from:])
	piece, ok := strings.CutPrefix(after, before)
	if !last && (!ok || piece == "" || strings.HasSuffix(piece, string(utf8.RuneError))) {
		return ""
	}
	s.from, s.told = s.told, len(s.ids)
	return piece
}
