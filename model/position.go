package model

import "github.com/whence-xai/whence/model/internal/transformer"

// add appends s to b, an input of l.
func (l *loaded) add(b *transformer.Batch, s *Sequence) {
	l.tokens(b, s, func(int) {})
	b.End()
}

// tokens appends the tokens of s to b and calls do after each. A hidden token is
// left out, which is the same: nobody attends to it, its own row is not read,
// and the others keep their positions.
func (l *loaded) tokens(b *transformer.Batch, s *Sequence, do func(t int)) {
	l.count(s.IDs, 0, func(t int, id, position, place int32) {
		if s.Hidden != nil && s.Hidden[t] {
			return
		}
		if s.Positions != nil {
			position = s.Positions[t] + int32(l.Offset)
			place = position
		}
		kind := uint8(0)
		if s.Types != nil {
			kind = s.Types[t]
		}
		b.AddAt(id, position, place, kind)
		do(t)
	})
}

// count calls do for tokens that stand after so many others, with the position
// of each and its row in the table of positions. RoBERTa and its like leave
// padding out when they count those, wherever it stands: it has the row before
// the first.
func (l *loaded) count(ids []int32, before int, do func(t int, id, position, place int32)) {
	padding := int32(l.Offset) - 1
	place := int32(before + l.Offset)
	for t, id := range ids {
		position := int32(before + t + l.Offset)
		if l.Skips && id == padding {
			do(t, id, position, padding)
			continue
		}
		do(t, id, position, place)
		place++
	}
}
