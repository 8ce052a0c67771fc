package model

import (
	"context"
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/tokenizer"
)

// An Answerer finds answers in a text: extractive question answering (Rajpurkar
// et al. 2016). It is safe for concurrent use.
type Answerer struct{ facts }

// LoadAnswerer loads the checkpoint in folder dir, which must have a head for
// answers (…ForQuestionAnswering). See [LoadClassifier] for the files.
func LoadAnswerer(dir string, o Options) (*Answerer, error) {
	return open(dir, o, NewAnswerer)
}

// NewAnswerer builds an answerer from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewAnswerer(files Checkpoint, o Options) (*Answerer, error) {
	l, err := loadModel(files, architecture.AnswerSpans, o)
	if err != nil {
		return nil, err
	}
	return &Answerer{facts{m: l}}, nil
}

// AnswerOptions are choices about answering. The zero value does what the
// pipeline of Hugging Face transformers does.
type AnswerOptions struct {
	// Answers is how many are returned at most; 0 means 1.
	Answers int
	// MaxTokens bounds the length of an answer; 0 means 15.
	MaxTokens int
	// NoAnswer lets the answer be that there is none, as the model was trained
	// to tell by its first token (Rajpurkar et al. 2018).
	NoAnswer bool
	// Tokens lets an answer begin and end within a word.
	Tokens bool
	// Window is how many tokens of question and context the model reads at a
	// time, 0 meaning 384 or as many as it can; Stride is how many of the
	// context consecutive windows share, 0 meaning 128 or half a window.
	Window, Stride int
}

// Answer returns the parts of the context that answer the question, the best
// first. A context that is too long to be read at once is read in windows.
func (a *Answerer) Answer(ctx context.Context, question, context string, o AnswerOptions) ([]Answer, error) {
	o, err := o.filled(a.m.maxTokens)
	if err != nil {
		return nil, err
	}
	e, err := a.m.tokenizer.EncodePair(question, context)
	if err != nil {
		return nil, err
	}
	all, err := windows(e, 1, o.Window, o.Stride)
	if err != nil {
		return nil, fmt.Errorf("model: answer: %w", err)
	}
	seqs := make([]Sequence, len(all))
	for i := range all {
		seqs[i] = all[i].sequence()
	}
	starts, ends, err := a.Logits(ctx, seqs)
	if err != nil {
		return nil, err
	}
	r := spanReader{AnswerOptions: o, context: context, none: 1e6}
	class := a.m.tokenizer.Specials().Class
	for i := range all {
		w := &all[i]
		allowed := make([]bool, w.len())
		for t := range allowed {
			// The token of the class stands for "no answer".
			allowed[t] = t >= w.lo && t < w.hi || seqs[i].IDs[t] == class
		}
		r.read(w, starts[i], ends[i], allowed)
	}
	return r.best(), nil
}

// filled returns o with every default filled in.
func (o AnswerOptions) filled(most int) (AnswerOptions, error) {
	if min(o.Answers, o.MaxTokens, o.Window, o.Stride) < 0 {
		return o, errors.New("model: answer: an option is negative")
	}
	if o.Answers == 0 {
		o.Answers = 1
	}
	if o.MaxTokens == 0 {
		o.MaxTokens = 15
	}
	if o.Window == 0 {
		o.Window = min(most, 384)
	}
	if o.Stride == 0 {
		o.Stride = min(o.Window/2, 128)
	}
	if o.Window > most {
		return o, fmt.Errorf("model: answer: a window of %d tokens, of which the model takes at most %d", o.Window, most)
	}
	return o, nil
}

// Logits returns how much each token of every sequence begins and ends an
// answer. A hidden token has minus infinity.
func (a *Answerer) Logits(ctx context.Context, seqs []Sequence) (starts, ends [][]float32, err error) {
	starts, ends = make([][]float32, len(seqs)), make([][]float32, len(seqs))
	for i, s := range seqs {
		starts[i], ends[i] = filled(len(s.IDs), decode.MinusInf), filled(len(s.IDs), decode.MinusInf)
	}
	err = a.m.each(ctx, seqs, everyToken, func(i, t int, row []float32) {
		starts[i][t], ends[i][t] = row[0], row[1]
	})
	return starts, ends, err
}

// sequenceOf returns a text's tokens as an input.
func sequenceOf(e *tokenizer.Encoding) Sequence {
	s := Sequence{IDs: e.IDs, Types: make([]uint8, len(e.Types))}
	for i, t := range e.Types {
		s.Types[i] = uint8(t)
	}
	return s
}

func everyToken(_, _ int) bool { return true }

func filled(n int, value float32) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = value
	}
	return x
}
