package model

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/whence-xai/whence/model/internal/decode"
)

// A NextTarget turns sequences into what they make of the next token. It is a
// Scorer of package text.
type NextTarget struct {
	model  continuer
	before []int32 // tokens that a sequence is continued with first
	scale  string
	names  []string
	values func(dst []float64, logits []float32)
}

// Outputs returns how many numbers a sequence has.
func (t *NextTarget) Outputs() int { return len(t.names) }

// Names returns what the outputs are called. The caller must not change it.
func (t *NextTarget) Names() []string { return t.names }

// Scale returns "log-probability" or "nats".
func (t *NextTarget) Scale() string { return t.scale }

// Score writes the target's values of every sequence to dst, Outputs() of them
// a sequence.
func (t *NextTarget) Score(ctx context.Context, dst []float64, seqs []Sequence) error {
	k := t.Outputs()
	if len(dst) != len(seqs)*k {
		return fmt.Errorf("model: room for %d scores of %d sequences with %d outputs", len(dst), len(seqs), k)
	}
	return next(ctx, t.model, t.before, seqs, func(i int, logits []float32) { t.values(dst[i*k:][:k], logits) })
}

// next calls do with the logits that predict the token after seqs[i] and before.
func next(ctx context.Context, m continuer, before []int32, seqs []Sequence, do func(i int, logits []float32)) error {
	// The token asked about is not read, so any will do.
	answer := append(append([]int32(nil), before...), 0)
	answers := make([][]int32, len(seqs))
	for i := range answers {
		answers[i] = answer
	}
	return m.continued(ctx, seqs, answers, func(i, t int, logits []float32) {
		if t == len(before) {
			do(i, logits)
		}
	})
}

// nextTokens returns the target of the log-probabilities of tokens, in nats,
// names being how they read.
func nextTokens(m continuer, before, ids []int32, names []string) *NextTarget {
	return &NextTarget{m, before, "log-probability", names, func(dst []float64, logits []float32) {
		all := decode.LogSumExp(logits, -1)
		for i, id := range ids {
			dst[i] = float64(logits[id]) - all
		}
	}}
}

// divergence returns the target of two outputs, in nats: how near the next
// token's distribution is to that after the sequence whole, which is minus the
// Kullback–Leibler divergence of that from this, and how much more uncertain it
// is, which is the entropy of this less that of that.
func divergence(ctx context.Context, m continuer, before []int32, whole Sequence) (*NextTarget, error) {
	var reference []float64
	var entropy float64
	err := next(ctx, m, before, []Sequence{whole}, func(_ int, logits []float32) {
		reference = decode.LogProbs(logits)
		entropy = entropyOf(reference)
	})
	return &NextTarget{m, before, "nats", []string{"negative KL", "entropy"}, func(dst []float64, logits []float32) {
		other := decode.LogProbs(logits)
		dst[0] = 0
		for i, p := range reference {
			if p > math.Inf(-1) {
				dst[0] -= math.Exp(p) * (p - other[i])
			}
		}
		dst[1] = entropyOf(other) - entropy
	}}, err
}

// entropyOf returns -Σ p log p.
func entropyOf(logProbs []float64) float64 {
	h := 0.0
	for _, p := range logProbs {
		if p > math.Inf(-1) {
			h -= math.Exp(p) * p
		}
	}
	return h
}

// NextTokens returns the target of the log-probabilities of tokens after a
// prompt and the tokens before, in nats: an output a token.
func (g *Generator) NextTokens(before, ids []int32) (*NextTarget, error) {
	return g.nextTokens(g, before, ids)
}

// Change returns the target of how much the distribution of the next token, after
// the tokens before, changes from that after the prompt whole: of two outputs,
// in nats, minus the Kullback–Leibler divergence of the distribution then from
// the one now, and the entropy then less that now.
func (g *Generator) Change(ctx context.Context, before []int32, whole Sequence) (*NextTarget, error) {
	return divergence(ctx, g, before, whole)
}

// NextTokens returns the target of the log-probabilities of tokens that might be
// written for a source after the tokens before, in nats: an output a token.
func (t *Translator) NextTokens(before, ids []int32) (*NextTarget, error) {
	return t.nextTokens(t, before, ids)
}

// Change is [Generator.Change] of a source.
func (t *Translator) Change(ctx context.Context, before []int32, whole Sequence) (*NextTarget, error) {
	return divergence(ctx, t, before, whole)
}

func (w *writer) nextTokens(m continuer, before, ids []int32) (*NextTarget, error) {
	if len(ids) == 0 {
		return nil, errors.New("model: no tokens to tell about")
	}
	var names []string
	for _, id := range ids {
		if id < 0 || int(id) >= w.m.Outputs() {
			return nil, fmt.Errorf("model: token %d is not below %d", id, w.m.Outputs())
		}
		names = append(names, w.m.target.Decode([]int32{id}, false))
	}
	return nextTokens(m, before, ids, names), nil
}

// Likeliest returns the tokens that are most likely after a prompt and the tokens
// before, most likely first.
func (g *Generator) Likeliest(ctx context.Context, prompt Sequence, before []int32, most int) ([]Candidate, error) {
	return likeliest(ctx, g, before, prompt, most)
}

// Likeliest is [Generator.Likeliest] of what might be written for a source.
func (t *Translator) Likeliest(ctx context.Context, source Sequence, before []int32, most int) ([]Candidate, error) {
	return likeliest(ctx, t, before, source, most)
}

func likeliest(ctx context.Context, m continuer, before []int32, s Sequence, most int) (best []Candidate, err error) {
	if most < 1 {
		return nil, fmt.Errorf("model: the %d likeliest tokens, of which there must be one at least", most)
	}
	err = next(ctx, m, before, []Sequence{s}, func(_ int, logits []float32) { best = candidates(logits, most) })
	return best, err
}
