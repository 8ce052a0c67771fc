package model

import (
	"context"
	"fmt"
	"slices"

	"github.com/whence-xai/whence/model/internal/decode"
)

// A PlaceTarget turns sequences into what the model makes of certain places in
// them: where an answer begins and ends, which label a token has, which word
// stands for a mask. Sequences must be as long as the one that the places were
// found in, so words are masked by replacing their tokens, not by leaving them
// out. It is a Scorer of package text.
type PlaceTarget struct {
	model  *loaded
	length int
	names  []string
	scale  string
	places []int // whose rows are read; nil for all
	value  func(row []float32) []float64
	fold   func(dst []float64, values [][]float64) // of every token, nil where its row is not read
	err    error
}

// Outputs returns how many numbers a sequence has.
func (t *PlaceTarget) Outputs() int { return len(t.names) }

// Names returns what the outputs are called. The caller must not change it.
func (t *PlaceTarget) Names() []string { return t.names }

// Scale returns "log-probability" or "log-odds".
func (t *PlaceTarget) Scale() string { return t.scale }

// Validate returns an error if there are no such places or names.
func (t *PlaceTarget) Validate() error { return t.err }

// Score writes the target's values of every sequence to dst, Outputs() of them
// a sequence.
func (t *PlaceTarget) Score(ctx context.Context, dst []float64, seqs []Sequence) error {
	k := t.Outputs()
	if t.err != nil {
		return t.err
	}
	if len(dst) != len(seqs)*k {
		return fmt.Errorf("model: room for %d scores of %d sequences with %d outputs", len(dst), len(seqs), k)
	}
	values := make([][][]float64, len(seqs))
	for i := range seqs {
		if len(seqs[i].IDs) != t.length || seqs[i].Hidden != nil {
			return fmt.Errorf("model: sequence %d has not the %d tokens, all of them seen, among which a place was found: mask words by replacing them", i, t.length)
		}
		values[i] = make([][]float64, t.length)
	}
	wanted := func(_, token int) bool { return t.places == nil || slices.Contains(t.places, token) }
	if err := t.model.each(ctx, seqs, wanted, func(i, token int, row []float32) { values[i][token] = t.value(row) }); err != nil {
		return err
	}
	for i := range seqs {
		t.fold(dst[i*k:][:k], values[i])
	}
	return nil
}

// place returns the target of one number at a place of a sequence.
func (l *loaded) place(length, place int, name, scale string, value func(row []float32) float64) *PlaceTarget {
	t := &PlaceTarget{
		model: l, length: length, names: []string{name}, scale: scale, places: []int{place},
		value: func(row []float32) []float64 { return []float64{value(row)} },
		fold:  func(dst []float64, values [][]float64) { dst[0] = values[place][0] },
	}
	if place < 0 || place >= length {
		t.err = fmt.Errorf("model: token %d of %d", place, length)
	}
	return t
}

// Span returns the target of the log-probability, in nats, that an answer begins
// at one token and ends at another, of a sequence of so many, all its tokens
// competing.
func (a *Answerer) Span(length, first, last int, name string) *PlaceTarget {
	t := a.m.place(length, first, name, "log-probability", nil)
	if last < first || last >= length {
		t.err = fmt.Errorf("model: an answer from token %d to %d of %d", first, last, length)
	}
	t.places = nil
	t.value = func(row []float32) []float64 { return []float64{float64(row[0]), float64(row[1])} }
	t.fold = func(dst []float64, values [][]float64) {
		starts, ends := make([]float32, length), make([]float32, length)
		for i, v := range values {
			starts[i], ends[i] = float32(v[0]), float32(v[1])
		}
		dst[0] = decode.LogProb(starts, int32(first)) + decode.LogProb(ends, int32(last))
	}
	return t
}

// Label returns the target of the log-odds that a token of a sequence of so many
// has one of a few labels, such as B-PER and I-PER, and none of the others.
func (t *Tagger) Label(length, token int, name string, labels ...string) *PlaceTarget {
	in := make([]bool, len(t.m.labels))
	var err error
	for _, label := range labels {
		id := slices.Index(t.m.labels, label)
		if id < 0 {
			err = fmt.Errorf("model: no label %q, there are: %q", label, t.m.labels)
			continue
		}
		in[id] = true
	}
	target := t.m.place(length, token, name, "log-odds", func(row []float32) float64 {
		var yes, no []float32
		for id, v := range row {
			if in[id] {
				yes = append(yes, v)
			} else {
				no = append(no, v)
			}
		}
		return decode.LogSumExp(yes, -1) - decode.LogSumExp(no, -1)
	})
	if err == nil && (!slices.Contains(in, true) || !slices.Contains(in, false)) {
		err = fmt.Errorf("model: %d of %d labels have no odds", len(labels), len(in))
	}
	if target.err == nil {
		target.err = err
	}
	return target
}

// Word returns the target of the log-probability, in nats, of a word of the
// vocabulary at a token of a sequence of so many.
func (f *Filler) Word(length, token int, id int32) *PlaceTarget {
	target := f.m.place(length, token, f.m.tokenizer.Decode([]int32{id}, false), "log-probability", func(row []float32) float64 {
		return decode.LogProb(row, id)
	})
	if id < 0 || int(id) >= f.m.Outputs() {
		target.err = fmt.Errorf("model: token %d is not below %d", id, f.m.Outputs())
	}
	return target
}
