package remote

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// A Speaker is a model that takes and gives text, as [Client] is, and a program
// may be. It is safe for concurrent use. It may also have Name() string, which an
// explanation then tells.
type Speaker interface {
	// Continuation returns where the tokens of a continuation of a prompt begin,
	// in bytes of it, the first at 0 and each not before the last, and their
	// log-probabilities.
	Continuation(ctx context.Context, prompt, continuation string) (begins []int, logProbs []float64, err error)
	// Answer returns the answer to a prompt.
	Answer(ctx context.Context, prompt string) (string, error)
}

// A Target scores prompts by what a model makes of them. It is safe for
// concurrent use.
type Target struct {
	speaker Speaker
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

// Pieces returns the pieces of the continuation or the original answer that the
// outputs are about, nil where there is none for each.
func (t *Target) Pieces() []string { return t.pieces }

// Scale says what the scores are.
func (t *Target) Scale() string { return t.scale }

// Name returns the name of the model, "" where it has none.
func (t *Target) Name() string {
	if m, ok := t.speaker.(interface{ Name() string }); ok {
		return m.Name()
	}
	return ""
}

// SHA256 returns "": what a server runs is not known.
func (t *Target) SHA256() string { return "" }

// Score writes the scores of prompts to dst, Outputs() of them a prompt. Where
// one fails, no more are begun, but those that are under way are waited for, since
// they may have been paid for; of those that failed and that were not begun, dst
// is as it was.
func (t *Target) Score(ctx context.Context, dst []float64, prompts []string) error {
	if len(dst) != len(prompts)*t.outputs {
		return fmt.Errorf("remote: %d scores for %d prompts of %d outputs", len(dst), len(prompts), t.outputs)
	}
	var group errgroup.Group
	var failed atomic.Bool
	group.SetLimit(1)
	if m, ok := t.speaker.(interface{ parallel() int }); ok {
		group.SetLimit(m.parallel())
	}
	for i, prompt := range prompts {
		group.Go(func() error {
			if err := ctx.Err(); err != nil || failed.Load() {
				return err
			}
			err := t.score(ctx, dst[i*t.outputs:][:t.outputs], prompt)
			if err != nil {
				failed.Store(true)
			}
			return err
		})
	}
	return group.Wait()
}

// Sequence returns the target whose score is the log-probability of a
// continuation of the prompt.
func Sequence(m Speaker, continuation string) *Target {
	return &Target{speaker: m, scale: "log-probability", outputs: 1, pieces: []string{continuation}, score: func(ctx context.Context, dst []float64, prompt string) error {
		_, logProbs, err := m.Continuation(ctx, prompt, continuation)
		if err != nil {
			return err
		}
		dst[0] = 0
		for _, p := range logProbs {
			dst[0] += p
		}
		return nil
	}}
}

// Tokens returns the target with a score for every token of a continuation, as
// the model splits it after that prompt; the parts of a character count as one.
// After another prompt it may be split otherwise: a token then counts for the one
// in which it begins, so that scores add up to that of [Sequence] in any case.
func Tokens(ctx context.Context, m Speaker, prompt, continuation string) (*Target, error) {
	begins, _, err := m.Continuation(ctx, prompt, continuation)
	if err != nil {
		return nil, err
	}
	begins = slices.Compact(begins)
	t := &Target{speaker: m, scale: "log-probability", outputs: len(begins)}
	for i, begin := range begins {
		end := len(continuation)
		if i+1 < len(begins) {
			end = begins[i+1]
		}
		t.pieces = append(t.pieces, continuation[begin:end])
	}
	t.names = t.pieces
	t.score = func(ctx context.Context, dst []float64, prompt string) error {
		others, logProbs, err := m.Continuation(ctx, prompt, continuation)
		if err != nil {
			return err
		}
		clear(dst)
		for i, begin := range others {
			at, found := slices.BinarySearch(begins, begin)
			if !found {
				at = max(0, at-1)
			}
			dst[at] += logProbs[i]
		}
		return nil
	}
	return t, nil
}

// A Measure says how similar an answer is to the original one; 1 is the same.
type Measure struct {
	Name string
	Of   func(ctx context.Context, answer, original string) (float64, error)
}

// Similarity returns the target with a score for each measure of how similar the
// model's answer to a prompt is to the original answer. It is for models that
// tell no log-probabilities.
func Similarity(m Speaker, original string, measures ...Measure) *Target {
	t := &Target{speaker: m, scale: "similarity", outputs: len(measures)}
	for _, measure := range measures {
		t.names = append(t.names, measure.Name)
	}
	if len(measures) == 1 {
		t.pieces = []string{original}
	}
	t.score = func(ctx context.Context, dst []float64, prompt string) error {
		answer, err := m.Answer(ctx, prompt)
		if err != nil {
			return err
		}
		values := make([]float64, len(measures))
		for i, measure := range measures {
			if values[i], err = measure.Of(ctx, answer, original); err != nil {
				return fmt.Errorf("remote: %s of an answer: %w", measure.Name, err)
			}
		}
		copy(dst, values)
		return nil
	}
	return t
}
