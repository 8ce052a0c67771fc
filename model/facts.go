package model

import (
	"sync"

	"github.com/whence-xai/whence/model/tokenizer"
)

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
