package model

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/tokenizer"
)

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
