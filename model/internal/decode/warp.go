package decode

import (
	"math"
	"slices"
)

// A warper changes the scores of the next token as settings say. The order of
// the changes, and what each does with equals, is that of transformers.
type warper struct {
	*Settings
	seen []bool // scratch: tokens that have occurred
}

// Warp changes scores, one a token of the vocabulary, of what follows ids, of
// which the first so many are the prompt. The text has limit tokens at most.
// It is the order of _get_logits_processor (generation/utils.py, 5.23.0): penalties,
// what is forbidden, what is forced, what is suppressed, and last what a draw is made
// from.
func (w *warper) Warp(scores []float32, ids []int32, prompt, limit int) {
	w.penalize(scores, ids)
	w.block(scores, ids)
	if len(ids) < w.MinLength && w.MinTokens == 0 || len(ids)-prompt < w.MinTokens {
		ban(scores, w.Ends)
	}
	if w.ForcedBegin != nil && len(ids) == 1 {
		force(scores, w.ForcedBegin)
	}
	if w.ForcedEnd != nil && len(ids) == limit-1 {
		force(scores, w.ForcedEnd)
	}
	ban(scores, w.Suppress)
	// tokens that may not begin an answer: what is forced at the beginning is not counted
	first := prompt
	if w.ForcedBegin != nil && prompt <= 1 {
		first++
	}
	if len(ids) == first {
		ban(scores, w.SuppressFirst)
	}
	if w.Sample {
		w.narrow(scores)
	}
	if w.Renormalize {
		renormalize(scores)
	}
}

// renormalize makes scores log-probabilities once more.
func renormalize(scores []float32) {
	total := float32(LogSumExp(scores, -1))
	if math.IsInf(float64(total), 0) {
		return
	}
	for i := range scores {
		scores[i] -= total
	}
}

// narrow makes the scores those that a token is drawn by.
// Temperature comes first, so that top-p and min-p see the probabilities of the draw.
func (w *warper) narrow(scores []float32) {
	least := 1 // tokens that remain: beams must have one beside those that end the text
	if w.Beams > 1 {
		least = max(2, 1+len(w.Ends))
	}
	if t := float32(w.Temperature); t != 1 {
		for i := range scores {
			scores[i] /= t
		}
	}
	if w.TopK > 0 {
		keepTopK(scores, max(w.TopK, least))
	}
	if w.TopP < 1 {
		keepTopP(scores, w.TopP, least)
	}
	if w.MinP > 0 {
		keepMinP(scores, w.MinP, least)
	}
}

// penalize makes tokens that have occurred less likely.
// The penalty divides positive scores and multiplies negative ones (Keskar et al. 2019,
// "CTRL", section 4.1), once for each token however often it has occurred.
func (w *warper) penalize(scores []float32, ids []int32) {
	if w.RepetitionPenalty == 1 {
		return
	}
	w.seen = slices.Grow(w.seen[:0], len(scores))[:len(scores)]
	clear(w.seen)
	penalty := float32(w.RepetitionPenalty)
	for _, id := range ids {
		if int(id) >= len(scores) || w.seen[id] {
			continue
		}
		w.seen[id] = true
		if scores[id] < 0 {
			scores[id] *= penalty
		} else {
			scores[id] /= penalty
		}
	}
}

// block forbids tokens that would repeat a run of tokens or complete a bad word.
// A run of n tokens may not come twice: the last n−1 are looked for in all that stands
// before.
func (w *warper) block(scores []float32, ids []int32) {
	if n := w.NoRepeat; n > 0 {
		for i := 0; i+n <= len(ids); i++ {
			if slices.Equal(ids[i:i+n-1], ids[len(ids)-n+1:]) {
				ban(scores, ids[i+n-1:i+n])
			}
		}
	}
	for _, word := range w.BadWords {
		before, last := word[:len(word)-1], word[len(word)-1:]
		// an end token is none, as in transformers
		if len(before) == 0 && slices.Contains(w.Ends, last[0]) {
			continue
		}
		if len(before) <= len(ids) && slices.Equal(before, ids[len(ids)-len(before):]) {
			ban(scores, last)
		}
	}
}

// ban makes tokens impossible.
func ban(scores []float32, ids []int32) {
	for _, id := range ids {
		if int(id) < len(scores) && id >= 0 {
			scores[id] = MinusInf
		}
	}
}

// force makes all other tokens impossible.
func force(scores []float32, ids []int32) {
	for i := range scores {
		scores[i] = MinusInf
	}
	for _, id := range ids {
		if int(id) < len(scores) && id >= 0 {
			scores[id] = 0
		}
	}
}

// keepTopK leaves the k likeliest tokens and those that equal the last of them.
func keepTopK(scores []float32, k int) {
	if k >= len(scores) {
		return
	}
	order := TopK(scores, k)
	keepAbove(scores, scores[order[k-1]])
}

// keepTopP leaves the likeliest tokens until they have probability p together,
// and at least so many.
// Nucleus sampling (Holtzman et al. 2020). The likeliest are sorted in portions, since a
// few mostly have all the probability that is wanted.
func keepTopP(scores []float32, p float64, least int) {
	total := LogSumExp(scores, -1)
	for k := 64; ; k *= 8 {
		k = min(k, len(scores))
		sum := 0.0
		order := TopK(scores, k)
		for n, i := range order {
			if sum >= p && n >= least || math.IsInf(float64(scores[i]), -1) {
				keepAmong(scores, order[:n])
				return
			}
			sum += math.Exp(float64(scores[i]) - total)
		}
		if k == len(scores) {
			return
		}
	}
}

// keepMinP leaves the tokens with a share p of the likeliest one's probability,
// and at least so many.
// Min-p (Nguyen et al. 2024).
func keepMinP(scores []float32, p float64, least int) {
	order := TopK(scores, min(least, len(scores)))
	bound := float64(scores[order[0]]) + math.Log(p)
	for i, s := range scores {
		if float64(s) < bound && !slices.Contains(order, i) {
			scores[i] = MinusInf
		}
	}
}

// keepAbove leaves the scores from bound up.
func keepAbove(scores []float32, bound float32) {
	for i, s := range scores {
		if s < bound {
			scores[i] = MinusInf
		}
	}
}

// keepAmong leaves the scores at the places in kept.
// By places and not by a bound, so that of equal scores just so many are left.
func keepAmong(scores []float32, kept []int) {
	values := make([]float32, len(kept))
	for n, i := range kept {
		values[n] = scores[i]
	}
	for i := range scores {
		scores[i] = MinusInf
	}
	for n, i := range kept {
		scores[i] = values[n]
	}
}
