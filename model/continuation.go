package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A continuer computes the logits that predict a continuation of a sequence:
// what follows a prompt, or what a source is translated to.
type continuer interface {
	// continued calls do with the logits that predict token t of answers[i]
	// after seqs[i] and the tokens before it. Calls come in any order, several
	// at the same time; do must not keep the logits.
	continued(ctx context.Context, seqs []Sequence, answers [][]int32, do func(i, t int, logits []float32)) error
}

// A Continuation is tokens that a model wrote after a prompt, or for a source,
// or that it might have written. Its targets tell how likely they are when the
// prompt or the source is another one, the tokens before each being given
// (teacher forcing): one pass a sequence scores them all.
type Continuation struct {
	model  continuer
	ids    []int32
	pieces []string // the tokens as they read
	lo, hi int      // the part that targets tell about
	err    error    // what is wrong with the part that was asked for
}

// Pieces returns the tokens that targets tell about as they read, white space
// included.
func (c *Continuation) Pieces() []string { return c.pieces[c.lo:c.hi] }

// Part returns c with targets that tell about tokens lo to hi only, hi
// excluded; those before are still given. Where there are no such tokens, the
// part has none, and its targets' Validate and Score tell so.
func (c *Continuation) Part(lo, hi int) *Continuation {
	part := *c
	if n := c.hi - c.lo; lo < 0 || hi <= lo || hi > n {
		part.err = cmp.Or(c.err, fmt.Errorf("model: tokens %d to %d of a continuation of %d", lo, hi, n))
		lo, hi = 0, 0
	}
	part.lo, part.hi = c.lo+lo, c.lo+hi
	return &part
}

// LogProb returns the target of the log-probability of the whole continuation,
// in nats: the sum of its tokens'.
func (c *Continuation) LogProb() *ContinuationTarget {
	return c.target("log-probability", []string{c.text()}, decode.LogProb, sumOf)
}

// LogProbs returns the target of the log-probability of every token, in nats,
// an output a token. They add up to that of [Continuation.LogProb].
func (c *Continuation) LogProbs() *ContinuationTarget {
	return c.target("log-probability", c.Pieces(), decode.LogProb, func(dst, tokens []float64) { copy(dst, tokens) })
}

// TokenLogOdds returns the target of the log-odds of every token against all
// others, an output a token: what shap explains of generated text.
func (c *Continuation) TokenLogOdds() *ContinuationTarget {
	odds := func(logits []float32, id int32) float64 {
		return float64(logits[id]) - decode.LogSumExp(logits, int(id))
	}
	return c.target("log-odds", c.Pieces(), odds, func(dst, tokens []float64) { copy(dst, tokens) })
}

// LogOdds returns the target of the logit of the continuation's probability,
// log p/(1-p), which ContextCite explains (Cohen-Wang et al. 2024, §3).
func (c *Continuation) LogOdds() *ContinuationTarget {
	return c.target("log-odds", []string{c.text()}, decode.LogProb, func(dst, tokens []float64) {
		sumOf(dst, tokens)
		dst[0] -= log1mexp(dst[0])
	})
}

// Probability returns the target of the probability of the whole continuation.
func (c *Continuation) Probability() *ContinuationTarget {
	return c.target("probability", []string{c.text()}, decode.LogProb, func(dst, tokens []float64) {
		sumOf(dst, tokens)
		dst[0] = math.Exp(dst[0])
	})
}

// Against returns the target of the log-probability of c less that of another
// continuation of the same model, in nats: why this and not that.
func (c *Continuation) Against(other *Continuation) *ContinuationTarget {
	t := c.LogProb()
	t.names = []string{c.text() + " / " + other.text()}
	t.parts = append(t.parts, other)
	t.err = cmp.Or(t.err, other.err)
	if other.model != c.model {
		t.err = errors.New("model: continuations of two models cannot be compared")
	}
	return t
}

func (c *Continuation) text() string { return strings.Join(c.Pieces(), "") }

func (c *Continuation) target(scale string, names []string, token func([]float32, int32) float64, fold func(dst, tokens []float64)) *ContinuationTarget {
	return &ContinuationTarget{parts: []*Continuation{c}, scale: scale, names: names, token: token, fold: fold, err: c.err}
}

// A ContinuationTarget turns sequences, which are prompts or sources, into what
// they make of a [Continuation]. It is a Scorer of package text.
type ContinuationTarget struct {
	parts []*Continuation // the first, less the second where there is one
	scale string
	names []string
	token func(logits []float32, id int32) float64 // of one token
	fold  func(dst, tokens []float64)              // of all
	err   error
}

// Outputs returns how many numbers a sequence has.
func (t *ContinuationTarget) Outputs() int { return len(t.names) }

// Names returns the continuation, or its tokens, as they read: an entry an
// output. The caller must not change it.
func (t *ContinuationTarget) Names() []string { return t.names }

// Pieces returns the parts of the continuation that the outputs stand for: its
// tokens, or all of it, white space included.
func (t *ContinuationTarget) Pieces() []string {
	if len(t.names) > 1 {
		return t.parts[0].Pieces()
	}
	return []string{t.parts[0].text()}
}

// Scale returns "log-probability", "log-odds" or "probability".
func (t *ContinuationTarget) Scale() string { return t.scale }

// Validate returns an error if the target makes no sense.
func (t *ContinuationTarget) Validate() error { return t.err }

// Score writes the target's values of every sequence to dst, Outputs() of them
// a sequence.
func (t *ContinuationTarget) Score(ctx context.Context, dst []float64, seqs []Sequence) error {
	if len(dst) != len(seqs)*t.Outputs() {
		return fmt.Errorf("model: room for %d scores of %d sequences with %d outputs", len(dst), len(seqs), t.Outputs())
	}
	if t.err != nil {
		return t.err
	}
	values, err := t.tokens(ctx, seqs)
	if err != nil {
		return err
	}
	n, k := len(t.parts), t.Outputs()
	other := make([]float64, k)
	for i := range seqs {
		t.fold(dst[i*k:][:k], values[i*n])
		if n > 1 {
			t.fold(other, values[i*n+1])
			for o, v := range other {
				dst[i*k+o] -= v
			}
		}
	}
	return nil
}

// tokens returns the values of the tokens told about, of every part for every
// sequence in turn.
func (t *ContinuationTarget) tokens(ctx context.Context, seqs []Sequence) ([][]float64, error) {
	n := len(t.parts)
	prompts, answers := make([]Sequence, 0, n*len(seqs)), make([][]int32, 0, n*len(seqs))
	values := make([][]float64, 0, n*len(seqs))
	for _, s := range seqs {
		for _, p := range t.parts {
			prompts, answers = append(prompts, s), append(answers, p.ids[:p.hi])
			values = append(values, make([]float64, p.hi-p.lo))
		}
	}
	err := t.parts[0].model.continued(ctx, prompts, answers, func(i, at int, logits []float32) {
		if p := t.parts[i%n]; at >= p.lo {
			values[i][at-p.lo] = t.token(logits, p.ids[at])
		}
	})
	return values, err
}

func sumOf(dst, tokens []float64) {
	dst[0] = 0
	for _, v := range tokens {
		dst[0] += v
	}
}

// log1mexp returns log(1-eˣ) of x below 0 without loss of digits (Mächler 2012).
func log1mexp(x float64) float64 {
	if x > -math.Ln2 {
		return math.Log(-math.Expm1(x))
	}
	return math.Log1p(-math.Exp(x))
}

// plain returns the tokens that the text itself spells.
func plain(e *tokenizer.Encoding) []int32 {
	var ids []int32
	for i, id := range e.IDs {
		if !e.Special[i] {
			ids = append(ids, id)
		}
	}
	return ids
}
