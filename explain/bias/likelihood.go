package bias

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// Masked reads how likely sentences are to a masked language model: the sum of
// the log-probabilities of their tokens, each masked while the others are there,
// over those tokens that are not of the swapped words and so are in all sentences
// of a set. It is the score of CrowS-Pairs (Nangia et al. 2020, §3), in nats.
type Masked struct{ Model text.MaskedLM }

// Read returns the readings of a set, which have no shares.
func (m Masked) Read(ctx context.Context, s *Set) ([]Reading, error) {
	mask, ok := m.Model.MaskID()
	if !ok {
		return nil, errors.New("bias: the model has no mask token")
	}
	out := make([]Reading, len(s.Variants))
	for i, v := range s.Variants {
		score, err := m.score(ctx, v, mask)
		if err != nil {
			return nil, fmt.Errorf("bias: %q: %w", v.Text, err)
		}
		out[i] = Reading{score, math.NaN()}
	}
	return out, nil
}

// score leaves the swapped words out, by which a sentence with a rarer word would
// always be the less likely one.
func (m Masked) score(ctx context.Context, v Variant, mask int32) (float64, error) {
	e, err := m.Model.Tokenizer().Encode(v.Text)
	if err != nil {
		return 0, err
	}
	var places []int
	for t := range e.IDs {
		if !e.Special[t] && !inside(explain.Span(e.Spans[t]), v.Spans) {
			places = append(places, t)
		}
	}
	sum := 0.0
	for part := range slices.Chunk(places, together) {
		logs, err := m.logs(ctx, e.IDs, part, mask)
		if err != nil {
			return 0, err
		}
		for _, v := range logs {
			sum += v
		}
	}
	return sum, nil
}

// together is how many copies of a sentence are read at a time.
const together = 64

// logs returns the log-probability of each token of a sentence at those places,
// by the others.
func (m Masked) logs(ctx context.Context, sentence []int32, places []int, mask int32) ([]float64, error) {
	seqs := make([]model.Sequence, len(places))
	for i, t := range places {
		seqs[i].IDs = slices.Clone(sentence)
		seqs[i].IDs[t] = mask
	}
	out := make([]float64, len(places))
	err := m.Model.EachMask(ctx, seqs, func(i, t int, logits []float32) {
		// The sentence may have masks of its own; only the one that was put there
		// is asked for.
		if t == places[i] {
			out[i] = logSoftmax(logits, sentence[t])
		}
	})
	return out, err
}

// inside reports whether a token is of one of the spans.
func inside(token explain.Span, spans []explain.Span) bool {
	for _, s := range spans {
		if token.Start < s.End && token.End > s.Start {
			return true
		}
	}
	return false
}

// logSoftmax returns the log-probability of a token by the logits of all.
// The largest logit is taken off before the exponential, which could overflow.
func logSoftmax(logits []float32, id int32) float64 {
	top := math.Inf(-1)
	for _, z := range logits {
		top = max(top, float64(z))
	}
	sum := 0.0
	for _, z := range logits {
		sum += math.Exp(float64(z) - top)
	}
	return float64(logits[id]) - top - math.Log(sum)
}

// Causal reads how likely sentences are to a causal language model: the
// log-probability of the whole sentence behind the token that begins a text, in
// nats. Longer words are less likely by that, so gaps between words of different
// lengths say little; the pairs of CrowS-Pairs are of like length.
type Causal struct{ Model *model.Generator }

// Read returns the readings of a set, which have no shares.
func (c Causal) Read(ctx context.Context, s *Set) ([]Reading, error) {
	begin, err := c.Model.Prompt("")
	if err != nil {
		return nil, fmt.Errorf("bias: %w", err)
	}
	out := make([]Reading, len(s.Variants))
	for i, v := range s.Variants {
		sentence, err := c.Model.ContinuationOf("", v.Text)
		if err != nil {
			return nil, fmt.Errorf("bias: %q: %w", v.Text, err)
		}
		var score [1]float64
		if err := sentence.LogProb().Score(ctx, score[:], []model.Sequence{{IDs: begin}}); err != nil {
			return nil, fmt.Errorf("bias: %q: %w", v.Text, err)
		}
		out[i] = Reading{score[0], math.NaN()}
	}
	return out, nil
}
