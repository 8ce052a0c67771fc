package model

import (
	"context"
	"fmt"
	"slices"
)

// A Target is what a sequence becomes numbers by: some classes of a classifier on
// a scale, what a model makes of a place in a text, the token that comes next. It
// is a Scorer of package text.
type Target struct {
	names []string
	scale string
	score func(ctx context.Context, dst []float64, seqs []Sequence) error
	err   error // what is wrong with what was asked for
}

// Outputs returns how many numbers a sequence has.
func (t *Target) Outputs() int { return len(t.names) }

// Names returns what the outputs are called, the names of the classes for one.
// The caller must not change it.
func (t *Target) Names() []string { return t.names }

// Scale returns "log-odds", "probability", "logit", "log-probability" or "nats".
func (t *Target) Scale() string { return t.scale }

// Validate returns an error if there are no such classes, places or tokens as were
// asked for. It lists the classes that there are.
func (t *Target) Validate() error { return t.err }

// Score writes the target's value of every sequence to dst, Outputs() of them
// a sequence. See [Classifier.Logits] for what sequences may be given.
func (t *Target) Score(ctx context.Context, dst []float64, seqs []Sequence) error {
	if t.err != nil {
		return t.err
	}
	if len(dst) != len(seqs)*t.Outputs() {
		return fmt.Errorf("model: room for %d scores of %d sequences with %d outputs", len(dst), len(seqs), t.Outputs())
	}
	return t.score(ctx, dst, seqs)
}

// A placeReader computes what a model makes of certain places in a sequence:
// where an answer begins and ends, which label a token has, which word stands for
// a mask. Sequences must be as long as the one that the places were found in, so
// words are masked by replacing their tokens, not by leaving them out.
type placeReader struct {
	model  *loaded
	length int
	places []int // whose rows are read; nil for all
	value  func(row []float32) []float64
	fold   func(values [][]float64) float64 // of every token, nil where its row is not read
}

// score writes the number of every sequence to dst.
func (r *placeReader) score(ctx context.Context, dst []float64, seqs []Sequence) error {
	values := make([][][]float64, len(seqs))
	for i := range seqs {
		if len(seqs[i].IDs) != r.length || seqs[i].Hidden != nil {
			return fmt.Errorf("model: sequence %d has not the %d tokens, all of them seen, among which a place was found: mask words by replacing them", i, r.length)
		}
		values[i] = make([][]float64, r.length)
	}
	wanted := func(_, token int) bool { return r.places == nil || slices.Contains(r.places, token) }
	if err := r.model.each(ctx, seqs, wanted, func(i, token int, row []float32) { values[i][token] = r.value(row) }); err != nil {
		return err
	}
	for i := range seqs {
		dst[i] = r.fold(values[i])
	}
	return nil
}

// place returns the target of one number at a place of a sequence.
func (l *loaded) place(length, place int, name, scale string, value func(row []float32) float64) *Target {
	r := placeReader{
		model: l, length: length, places: []int{place},
		value: func(row []float32) []float64 { return []float64{value(row)} },
		fold:  func(values [][]float64) float64 { return values[place][0] },
	}
	t := &Target{names: []string{name}, scale: scale, score: r.score}
	if place < 0 || place >= length {
		t.err = fmt.Errorf("model: token %d of %d", place, length)
	}
	return t
}
