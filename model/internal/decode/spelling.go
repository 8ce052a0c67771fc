package decode

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Spelling turns tokens into pieces of text as they come.
type Spelling struct {
	text func(ids []int32) string // decodes tokens
	ids  []int32
	from int // tokens before it have been spelled and no longer matter
	told int // tokens before it have been spelled
}

// NewSpelling returns a spelling of what goes on after tokens that have been
// spelled. Text decodes tokens.
func NewSpelling(text func(ids []int32) string, after []int32) Spelling {
	return Spelling{text: text, ids: slices.Clone(after), told: len(after)}
}

// Add returns the text that the next token completes. The last one spells what
// is left, whole characters or not.
func (s *Spelling) Add(id int32, last bool) string {
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
