package remote

import (
	"context"
	"fmt"
	"slices"
)

// A Target scores prompts by what a model on a server makes of them. It is safe
// for concurrent use.
type Target struct {
	client  *Client
	names   []string // of its outputs; nil for a single one
	pieces  []string // of the text that is scored, where there are such
	scale   string
	outputs int
	score   func(ctx context.Context, dst []float64, prompt string) error
}

// Outputs returns how many scores a prompt has.
func (t *Target) Outputs() int { return t.outputs }

// Names returns what the outputs are called, nil where there is one.
func (t *Target) Names() []string { return t.names }

// Pieces returns the pieces of the continuation that the outputs are about, nil
// where they are not.
func (t *Target) Pieces() []string { return t.pieces }

// Scale says what the scores are.
func (t *Target) Scale() string { return t.scale }

// Name returns the name of the model.
func (t *Target) Name() string { return t.client.Model }

// SHA256 returns "": what a server runs is not known.
func (t *Target) SHA256() string { return "" }

// Score writes the scores of prompts to dst, Outputs() of them a prompt.
func (t *Target) Score(ctx context.Context, dst []float64, prompts []string) error {
	if len(dst) != len(prompts)*t.outputs {
		return fmt.Errorf("remote: %d scores for %d prompts of %d outputs", len(dst), len(prompts), t.outputs)
	}
	return t.client.each(ctx, len(prompts), func(ctx context.Context, i int) error {
		return t.score(ctx, dst[i*t.outputs:][:t.outputs], prompts[i])
	})
}

// Sequence returns the target whose score is the log-probability of a
// continuation of the prompt.
func (c *Client) Sequence(continuation string) *Target {
	return &Target{client: c, scale: "log-probability", outputs: 1, score: func(ctx context.Context, dst []float64, prompt string) error {
		r, err := c.Continuation(ctx, prompt, continuation)
		dst[0] = 0
		for _, token := range r.Tokens {
			dst[0] += token.LogProb
		}
		return err
	}}
}

// Tokens returns the target with a score for every token of a continuation, as
// the server splits it after that prompt; the parts of a character count as one.
// After another prompt it may be split otherwise: a token then counts for the one
// in which it begins, so that scores add up to that of [Client.Sequence] in any
// case.
func (c *Client) Tokens(ctx context.Context, prompt, continuation string) (*Target, error) {
	whole, err := c.Continuation(ctx, prompt, continuation)
	if err != nil {
		return nil, err
	}
	var begins []int
	for _, token := range whole.Tokens {
		if len(begins) == 0 || token.Begin > begins[len(begins)-1] {
			begins = append(begins, token.Begin)
		}
	}
	t := &Target{client: c, scale: "log-probability", outputs: len(begins)}
	for i, end := range append(begins[1:len(begins):len(begins)], len(continuation)) {
		t.pieces = append(t.pieces, continuation[begins[i]:end])
	}
	t.names = t.pieces
	t.score = func(ctx context.Context, dst []float64, prompt string) error {
		r, err := c.Continuation(ctx, prompt, continuation)
		clear(dst)
		for _, token := range r.Tokens {
			at, ok := slices.BinarySearch(begins, token.Begin)
			if !ok {
				at--
			}
			dst[at] += token.LogProb
		}
		return err
	}
	return t, nil
}

// A Measure says how similar an answer is to the original one; 1 is the same.
type Measure struct {
	Name string
	Of   func(answer, original string) float64
}

// Similarity returns the target with a score for each measure of how similar the
// model's answer to a prompt is to the original answer. It is for servers that
// tell no log-probabilities.
func (c *Client) Similarity(original string, measures ...Measure) *Target {
	t := &Target{client: c, scale: "similarity", outputs: len(measures)}
	for _, m := range measures {
		t.names = append(t.names, m.Name)
	}
	t.score = func(ctx context.Context, dst []float64, prompt string) error {
		r, err := c.Answer(ctx, prompt)
		if err != nil {
			return err
		}
		for i, m := range measures {
			dst[i] = m.Of(r.Text, original)
		}
		return nil
	}
	return t
}
