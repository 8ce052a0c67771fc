package model

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// A place is a token of one of several sequences.
type place struct{ sequence, token int32 }

// A reader gathers sequences into batches, and remembers which token each row
// of the output is of.
type reader struct {
	batch transformer.Batch
	of    []place
}

// add appends s, sequence number i of a call and an input of l, of which the
// tokens that wanted tells about, none if it is nil, are read.
func (r *reader) add(l *loaded, s *Sequence, i int, wanted func(token int) bool) {
	l.tokens(&r.batch, s, func(t int) {
		if wanted != nil && wanted(t) {
			r.batch.Wanted()
			r.of = append(r.of, place{int32(i), int32(t)})
		}
	})
	r.batch.End()
}

// reset empties r and keeps its memory.
func (r *reader) reset() {
	r.batch.Reset()
	r.of = r.of[:0]
}

// each calls do with the outputs for those tokens of the sequences that wanted
// tells about. Calls come in any order, several at the same time; do must not
// keep the row.
func (l *loaded) each(ctx context.Context, seqs []Sequence, wanted func(i, t int) bool, do func(i, t int, row []float32)) error {
	// The tables are read where they lie, perhaps in memory that is unmapped
	// once nobody holds its file.
	defer runtime.KeepAlive(l.files.Weights)
	if err := l.check(seqs, nil); err != nil {
		return err
	}
	var r reader
	for at := 0; at < len(seqs); {
		r.reset()
		for ; at < len(seqs) && len(r.batch.Tokens) < batchTokens; at++ {
			i := at
			r.add(l, &seqs[i], i, func(t int) bool { return wanted(i, t) })
		}
		if len(r.of) == 0 {
			continue
		}
		if err := l.Each(ctx, &r.batch, func(n int, row []float32) {
			do(int(r.of[n].sequence), int(r.of[n].token), row)
		}); err != nil {
			return err
		}
	}
	return nil
}

// check returns what is wrong with seqs, by more too if it is not nil: of many
// faults the first few.
func (l *loaded) check(seqs []Sequence, more func(s *Sequence) error) error {
	const most = 10
	var errs []error
	for i := range seqs {
		s := &seqs[i]
		err := s.check(l)
		switch {
		case err != nil:
		case s.Hidden != nil && !slices.Contains(s.Hidden, false):
			err = errors.New("all tokens are hidden")
		case more != nil:
			err = more(s)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("model: sequence %d: %w", i, err))
			if len(errs) == most {
				break
			}
		}
	}
	return errors.Join(errs...)
}

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
