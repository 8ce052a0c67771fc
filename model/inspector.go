package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/decode"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/tokenizer"
)

// An Inspector shows what a model computes on its way: of one that writes, of
// an encoder, or of the encoder of a translator. It is safe for concurrent use.
type Inspector struct {
	*loaded
	network *transformer.Model
}

// NewInspector builds an inspector from the files of a checkpoint. It keeps what
// files refers to, which must not change.
func NewInspector(files Checkpoint, o Options) (*Inspector, error) {
	var errs []error
	for _, p := range []architecture.Purpose{architecture.NextWord, architecture.HiddenStates, architecture.Translation} {
		l, err := loadModel(files, p, o)
		if err == nil && p == architecture.Translation {
			return &Inspector{l, l.Encoder}, nil
		}
		if err == nil {
			return &Inspector{l, l.Model}, nil
		}
		errs = append(errs, err)
	}
	// The first is of a model that writes, the second of any other: of most the
	// one that says what is wrong.
	return nil, errs[1]
}

// Name returns the name of the checkpoint.
func (i *Inspector) Name() string { return i.files.Name }

// Warnings returns what a user should know of the checkpoint.
func (i *Inspector) Warnings() []string { return i.warnings }

// Tokenizer returns the tokenizer of the checkpoint.
func (i *Inspector) Tokenizer() *tokenizer.Tokenizer { return i.tokenizer }

// Blocks returns how many blocks the model has, and Heads how many heads of
// attention each has.
func (i *Inspector) Blocks() int { return len(i.network.Blocks) }

// Heads returns how many heads of attention a block has.
func (i *Inspector) Heads() int { return i.network.Heads }

// Inspect runs a sequence, of which no token may be hidden.
func (i *Inspector) Inspect(ctx context.Context, s Sequence) (*Inside, error) {
	defer runtime.KeepAlive(i.files.Weights)
	if s.Hidden != nil {
		return nil, errors.New("model: inspect: hidden tokens are not computed")
	}
	if err := s.check(i.loaded); err != nil {
		return nil, fmt.Errorf("model: inspect: %w", err)
	}
	var b transformer.Batch
	b.Reset()
	i.add(&b, &s)
	return inspect(ctx, i.network, &b)
}

// A Candidate is a token that a model might write next, and how likely it is.
type Candidate struct {
	ID          int32
	Probability float64
}

// Lens returns what the model would write next if it ended at each step on its
// way: the likeliest tokens by its head, most likely first, applied to the rows
// that enter each block and those that leave the last, [blocks+1][token][top]
// (nostalgebraist 2020, "interpreting GPT: the logit lens"). Only a model that
// writes has such a head.
func (i *Inspector) Lens(x *Inside, top int) ([][][]Candidate, error) {
	if len(i.network.Head) == 0 || !i.network.Causal {
		return nil, fmt.Errorf("model: %s does not write: there is no head to look through", i.Name())
	}
	if top < 1 {
		return nil, fmt.Errorf("model: the %d likeliest tokens, of which there must be one at least", top)
	}
	defer runtime.KeepAlive(i.files.Weights)
	out := make([][][]Candidate, len(x.Hidden))
	logits := make([]float32, i.network.Outputs())
	for block, rows := range x.Hidden {
		for _, row := range rows {
			i.network.Predict(logits, row, 1)
			out[block] = append(out[block], candidates(logits, top))
		}
	}
	return out, nil
}

// candidates returns the likeliest tokens, the first of equal ones first.
func candidates(logits []float32, top int) []Candidate {
	p, top := decode.LogProbs(logits), min(top, len(logits))
	out := make([]Candidate, 0, top)
	for _, id := range decode.TopK(logits, top) {
		out = append(out, Candidate{int32(id), math.Exp(p[id])})
	}
	return out
}
