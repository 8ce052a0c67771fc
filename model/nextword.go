package model

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/whence-xai/whence/model/internal/decode"
)

// nextTarget returns the target of what logits of the token after sequences and
// before become by values.
func nextTarget(m continuer, before []int32, scale string, names []string, values func(dst []float64, logits []float32)) *Target {
	k := len(names)
	return &Target{names: names, scale: scale, score: func(ctx context.Context, dst []float64, seqs []Sequence) error {
		return next(ctx, m, before, seqs, func(i int, logits []float32) { values(dst[i*k:][:k], logits) })
	}}
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
func nextTokens(m continuer, before, ids []int32, names []string) *Target {
	return nextTarget(m, before, "log-probability", names, func(dst []float64, logits []float32) {
		all := decode.LogSumExp(logits, -1)
		for i, id := range ids {
			dst[i] = float64(logits[id]) - all
		}
	})
}

// divergence returns the target of two outputs, in nats: how near the next
// token's distribution is to that after the sequence whole, which is minus the
// Kullback–Leibler divergence of that from this, and how much more uncertain it
// is, which is the entropy of this less that of that.
func divergence(ctx context.Context, m continuer, before []int32, whole Sequence) (*Target, error) {
	var reference []float64
	var entropy float64
	err := next(ctx, m, before, []Sequence{whole}, func(_ int, logits []float32) {
		reference = decode.LogProbs(logits)
		entropy = entropyOf(reference)
	})
	return nextTarget(m, before, "nats", []string{"negative KL", "entropy"}, func(dst []float64, logits []float32) {
		other := decode.LogProbs(logits)
		dst[0] = 0
		for i, p := range reference {
			if p > math.Inf(-1) {
				dst[0] -= math.Exp(p) * (p - other[i])
			}
		}
		dst[1] = entropyOf(other) - entropy
	}), err
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

func (w *writer) nextTokens(m continuer, before, ids []int32) (*Target, error) {
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

func likeliest(ctx context.Context, m continuer, before []int32, s Sequence, most int) (best []Candidate, err error) {
	if most < 1 {
		return nil, fmt.Errorf("model: the %d likeliest tokens, of which there must be one at least", most)
	}
	err = next(ctx, m, before, []Sequence{s}, func(_ int, logits []float32) { best = candidates(logits, most) })
	return best, err
}
