package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/tokenizer"
)

// An Answerer finds answers in a text: extractive question answering (Rajpurkar
// et al. 2016). It is safe for concurrent use.
type Answerer struct{ facts }

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

// An Answer is the part of a context that answers a question.
type Answer struct {
	// Text is that part, or "" where the context has no answer.
	Text string
	// Span is where it is in the context.
	Span tokenizer.Span
	// Score is the probability that it begins and ends there, in its window of
	// the context. Where the same words answer in several places or windows,
	// theirs are added, so that it may exceed 1.
	Score float64
}

// A spanReader finds answers in the windows of a context.
type spanReader struct {
	AnswerOptions
	context string
	answers []Answer
	none    float64 // the least probability that a window has no answer
}

// read adds the answers in w by the logits that each of its tokens begins or
// ends one. Tokens that are allowed compete.
func (r *spanReader) read(w *window, starts, ends []float32, allowed []bool) {
	start, end := masked(starts, allowed), masked(ends, allowed)
	r.none = min(r.none, float64(start[0]*end[0]))
	start[0], end[0] = 0, 0
	// A few more than asked for: widened to words, some will be the same.
	count := r.Answers
	if !r.Tokens {
		count = 2*count + 10
	}
	longest := min(r.MaxTokens, len(start))
	scores := make([]float32, len(start)*longest)
	for s := range start {
		for n := range min(longest, len(start)-s) {
			scores[s*longest+n] = start[s] * end[s+n]
		}
	}
	for _, i := range decode.TopK(scores, count) {
		s := i / longest
		if e := s + i%longest; scores[i] > 0 && allowed[s] && allowed[e] {
			r.add(w.span(s, e, !r.Tokens), float64(scores[i]))
		}
	}
}

// masked returns the softmax of logits over the tokens that are allowed.
func masked(logits []float32, allowed []bool) []float32 {
	p := make([]float32, len(logits))
	top := math.Inf(-1)
	for i, z := range logits {
		if allowed[i] {
			top = max(top, float64(z))
		}
	}
	sum := float32(0)
	for i, z := range logits {
		if allowed[i] {
			p[i] = float32(math.Exp(float64(z) - top))
			sum += p[i]
		}
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// add adds an answer, or its score to that of the same words.
func (r *spanReader) add(span tokenizer.Span, score float64) {
	text := r.context[span.Start:span.End]
	lower := strings.ToLower(text)
	for i := range r.answers {
		if strings.ToLower(r.answers[i].Text) == lower {
			r.answers[i].Score += score
			return
		}
	}
	r.answers = append(r.answers, Answer{text, span, score})
}

// best returns the answers of most probability, that there is none among them
// where that may be.
func (r *spanReader) best() []Answer {
	if r.NoAnswer {
		r.answers = append(r.answers, Answer{Score: r.none})
	}
	slices.SortStableFunc(r.answers, func(a, b Answer) int { return cmp.Compare(b.Score, a.Score) })
	return r.answers[:min(r.Answers, len(r.answers))]
}

// Span returns the target of the log-probability, in nats, that an answer begins
// at one token and ends at another, of a sequence of so many, all its tokens
// competing.
func (a *Answerer) Span(length, first, last int, name string) *Target {
	r := placeReader{
		model: a.m, length: length,
		value: func(row []float32) []float64 { return []float64{float64(row[0]), float64(row[1])} },
		fold: func(values [][]float64) float64 {
			starts, ends := make([]float32, length), make([]float32, length)
			for i, v := range values {
				starts[i], ends[i] = float32(v[0]), float32(v[1])
			}
			return decode.LogProb(starts, int32(first)) + decode.LogProb(ends, int32(last))
		},
	}
	t := &Target{names: []string{name}, scale: "log-probability", score: r.score}
	switch {
	case last < first || last >= length:
		t.err = fmt.Errorf("model: an answer from token %d to %d of %d", first, last, length)
	case first < 0:
		t.err = fmt.Errorf("model: token %d of %d", first, length)
	}
	return t
}
