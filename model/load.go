package model

import (
	"errors"
	"fmt"
	"sync"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/tensor"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A loaded is a model for some purpose and what belongs to it.
type loaded struct {
	architecture.Engine
	files     Checkpoint
	config    *checkpoint.Config
	maxTokens int                  // that a sequence may have
	padding   int32                // token that a causal classifier does not read at the end; negative: none
	labels    []string             // of sequenceClasses and tokenClasses
	usual     int                  // tokens that the tokenizer's configuration allows
	warnings  []string             // what a user should know of the checkpoint
	tokenizer *tokenizer.Tokenizer // of what is read
	target    *tokenizer.Tokenizer // of what is written, the same but for some translators
}

// loadModel builds the model of files for a purpose. It keeps what files refers to.
func loadModel(files Checkpoint, p architecture.Purpose, o Options) (*loaded, error) {
	l, err := build(files, p, o)
	if err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	return l, nil
}

func build(files Checkpoint, p architecture.Purpose, o Options) (*loaded, error) {
	l := &loaded{files: files}
	maxTokens, err := files.MaxTokens()
	if err != nil {
		return nil, err
	}
	if l.config, err = checkpoint.ParseConfig(files.Config); err != nil {
		return nil, err
	}
	plan, err := architecture.Read(l.config, p)
	if err != nil {
		return nil, err
	}
	l.labels = plan.Labels
	// The tokenizers are read by one goroutine while the others pack weights.
	read := make(chan error, 1)
	go func() {
		var err error
		l.tokenizer, l.target, err = l.files.Tokenizers()
		read <- err
	}()
	tensors := files.Tensors()
	l.Engine, err = plan.Build(tensors, architecture.Packing{Precision: architecture.Precision(o.Precision), Redraw: o.Redraw, Threads: o.Threads})
	if err := errors.Join(err, <-read); err != nil {
		return nil, err
	}
	l.warnings = append(l.config.Warnings(), tensors.Warnings()...)
	l.usual, l.maxTokens, l.padding = min(maxTokens, l.Positions), min(maxTokens, l.Positions), int32(l.config.ID(-1, "pad_token_id"))
	if l.Unlimited {
		l.maxTokens = l.Positions
	}
	for _, m := range []*transformer.Model{l.Model, l.Encoder, l.Pooled} {
		if m != nil {
			m.Threads, m.Guard = o.Threads, tensor.Guarded
		}
	}
	return l, nil
}

// Facts are what every model tells of itself.
type facts struct {
	m    *loaded
	hash sync.Once
}

// Name returns the name of the checkpoint.
func (f *facts) Name() string { return f.m.files.Name }

// Tokenizer returns the tokenizer of what the model reads.
func (f *facts) Tokenizer() *tokenizer.Tokenizer { return f.m.tokenizer }

// MaxTokens returns how many tokens a sequence may have, special ones included.
func (f *facts) MaxTokens() int { return f.m.maxTokens }

// UsualTokens returns how many tokens a sequence has at most by the tokenizer's
// configuration. A model that could read more, up to MaxTokens, was hardly
// trained on them.
func (f *facts) UsualTokens() int { return f.m.usual }

// MaskID returns the token that stands for one that is masked, and whether the
// model has one.
func (f *facts) MaskID() (int32, bool) { return f.m.tokenizer.MaskID() }

// PadID returns the token that fills up short sequences elsewhere, and whether
// the model has one. Nothing here is padded.
func (f *facts) PadID() (int32, bool) { return f.m.tokenizer.PadID() }

// Labels returns the names of the classes in the order of the logits, none for
// a model without any. The caller must not change it.
func (f *facts) Labels() []string { return f.m.labels }

// Warnings returns what a user should know of the checkpoint, a line each, such
// as tensors that are no part of the model. The caller must not change it.
func (f *facts) Warnings() []string { return f.m.warnings }

// SHA256 returns the hash of the weights in hexadecimal. For weights in
// several files it is that of the files one after the other.
func (f *facts) SHA256() string {
	f.hash.Do(func() {
		if f.m.files.SHA256 == "" {
			f.m.files.SHA256 = f.m.files.Weights.SHA256()
		}
	})
	return f.m.files.SHA256
}
