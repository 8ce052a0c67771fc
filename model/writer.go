package model

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/internal/transformer"
)

// A writer is what generators and translators share: a model that writes token
// by token.
type writer struct {
	facts
	configured *checkpoint.GenerationConfig
}

func newWriter(files Checkpoint, as architecture.Purpose, o Options) (*writer, error) {
	l, err := loadModel(files, as, o)
	if err != nil {
		return nil, err
	}
	c, err := checkpoint.ParseGenerationConfig(files.GenerationConfig, files.Config)
	if err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	c.Sourced = l.Encoder != nil
	return &writer{facts{m: l}, c}, nil
}

// A steps is a model at work on sequences: their keys and values, and where they
// are translations the sources they are of.
type steps struct {
	*writer
	cache   *transformer.Cache
	batch   transformer.Batch
	memory  *transformer.Memory // of the sources; nil without any
	sources []int32             // of each sequence
}

// begin reads the beginnings of sequences, and returns the logits that follow
// them.
func (s *steps) begin(ctx context.Context, beginnings [][]int32) ([]float32, error) {
	s.cache = s.m.NewCache(len(beginnings))
	logits := make([]float32, len(beginnings)*s.m.Outputs())
	return logits, s.read(ctx, logits, func(i int) []int32 { return beginnings[i] })
}

// Step appends a token to every sequence.
func (s *steps) Step(ctx context.Context, dst []float32, tokens []int32) error {
	return s.read(ctx, dst, func(i int) []int32 { return tokens[i : i+1] })
}

// read appends tokens to every sequence.
func (s *steps) read(ctx context.Context, dst []float32, tokens func(i int) []int32) error {
	defer runtime.KeepAlive(s.m.files.Weights)
	s.batch.Reset()
	for i := range s.cache.Len() {
		at := s.cache.Length(i)
		s.m.count(tokens(i), at, func(_ int, id, position, place int32) { s.batch.AddAt(id, position, place, 0) })
		s.batch.End()
	}
	s.batch.Memory, s.batch.Sources = s.memory, s.sources
	return s.m.Step(ctx, dst, s.cache, &s.batch)
}

// Pick makes sequence i a copy of what was sequence from[i].
func (s *steps) Pick(from []int) {
	rows := make([]int32, len(from))
	var sources []int32
	for i, j := range from {
		rows[i] = int32(j)
		if s.sources != nil {
			sources = append(sources, s.sources[j])
		}
	}
	s.cache.Reorder(rows)
	s.sources = sources
}

// decoder returns what makes texts as d says.
func (w *writer) decoder(d *Decoding) (*decode.Decoder, error) {
	s, err := d.resolve(w.configured, w.m.maxTokens)
	if err != nil {
		return nil, err
	}
	return decode.New(s, w.m.Outputs(), func(ids []int32) string { return w.m.target.Decode(ids, false) }), nil
}

// spelling returns what spells the text that goes on with beginning: the first
// piece may have a space before it that it would not have by itself.
func (w *writer) spelling(beginning []int32) decode.Spelling {
	const enough = 16 // tokens before it that the first piece may depend on
	return decode.NewSpelling(func(ids []int32) string { return w.m.target.Decode(ids, true) }, beginning[max(0, len(beginning)-enough):])
}

// write makes all texts of all beginnings.
func (w *writer) write(ctx context.Context, d *decode.Decoder, s *steps, beginnings [][]int32) ([][]Generation, error) {
	if len(beginnings) == 0 {
		return nil, nil
	}
	logits, err := s.begin(ctx, beginnings)
	if err != nil {
		return nil, err
	}
	texts, err := d.Write(ctx, s, logits, beginnings)
	if err != nil {
		return nil, err
	}
	all := make([][]Generation, len(texts))
	for n := range texts {
		for _, x := range texts[n] {
			g, spelled := Generation{IDs: x.IDs, LogProbs: x.LogProbs, Score: x.Score, Finish: x.Finish}, w.spelling(beginnings[n])
			for i, id := range x.IDs {
				g.Text += spelled.Add(id, i+1 == len(x.IDs))
			}
			all[n] = append(all[n], g)
		}
	}
	return all, nil
}

// stream makes the texts of one beginning and tells their tokens as they come,
// those of a beam search when it has ended.
func (w *writer) stream(ctx context.Context, d *decode.Decoder, s *steps, beginning []int32, yield func(Token, error) bool) error {
	logits, err := s.begin(ctx, [][]int32{beginning})
	if err != nil {
		return err
	}
	spellings := make([]decode.Spelling, d.Samples)
	for i := range spellings {
		spellings[i] = w.spelling(beginning)
	}
	return d.Stream(ctx, s, logits, beginning, func(x decode.Step) bool {
		text := spellings[x.Sample].Add(x.ID, x.Finish != "")
		return yield(Token{Text: text, ID: x.ID, LogProb: x.LogProb, Sample: x.Sample, Finish: x.Finish, Score: x.Score}, nil)
	})
}

// told turns an error of a stream into its last element.
func told(err error, yield func(Token, error) bool) {
	if err != nil && !errors.Is(err, decode.ErrEnough) {
		yield(Token{}, err)
	}
}

// Continuation returns tokens as something that the model might have written,
// whose targets tell how likely it is.
func (w *writer) continuation(m continuer, ids []int32) (*Continuation, error) {
	if len(ids) == 0 {
		return nil, errors.New("model: a continuation without tokens")
	}
	c := &Continuation{model: m, ids: slices.Clone(ids), hi: len(ids)}
	s := decode.NewSpelling(func(ids []int32) string { return w.m.target.Decode(ids, false) }, nil)
	for i, id := range ids {
		if id < 0 || int(id) >= w.m.Outputs() {
			return nil, fmt.Errorf("model: token %d of a continuation is %d, not below %d", i, id, w.m.Outputs())
		}
		c.pieces = append(c.pieces, s.Add(id, i+1 == len(ids)))
	}
	return c, nil
}
