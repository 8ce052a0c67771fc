package text

import (
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// Rewrite changes the text itself, which is then split into tokens anew, as
// LIME's Python package does it. Words that stay may so become other tokens; the
// other maskers do not do that to them. What lies between players stays. It
// cannot be used with [Window].
type Rewrite struct {
	With string // stands for each part of a masked player, LIME's being "UNKWORDZ"; they are deleted where it is empty
}

// Mask returns the tokens of the text in which masked players are rewritten.
func (r Rewrite) Mask(_ model.Sequence, f *Features, present explain.Coalition) (model.Sequence, error) {
	text, second := r.rewrite(f.Text[:f.seen], f.second, f.Pieces, present)
	read, err := f.reader.read(text, second)
	if err != nil {
		return model.Sequence{}, err
	}
	return read.sequence(read.pages[0]), nil
}

// rewrite returns text without the pieces of absent players, and where in it the
// second text now begins.
func (r Rewrite) rewrite(text string, second int, pieces []Piece, present explain.Coalition) (string, int) {
	var b strings.Builder
	at, border := 0, second
	for _, p := range pieces {
		if p.Player != Gone && present.Has(p.Player) {
			continue
		}
		b.WriteString(text[at:p.Start])
		b.WriteString(r.With)
		// What is rewritten before the second text moves where that begins.
		if at = p.End; at <= border {
			second += len(r.With) - (p.End - p.Start)
		}
	}
	b.WriteString(text[at:])
	return b.String(), second
}

// String returns "delete", or "rewrite:" and with what.
func (r Rewrite) String() string {
	if r.With == "" {
		return "delete"
	}
	return "rewrite:" + r.With
}
