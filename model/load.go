package model

import (
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A loaded is a model for some purpose and what belongs to it.
type loaded struct {
	engine
	files     Checkpoint
	config    *config
	labels    []string             // of sequenceClasses and tokenClasses
	usual     int                  // tokens that the tokenizer's configuration allows
	warnings  []string             // what a user should know of the checkpoint
	tokenizer *tokenizer.Tokenizer // of what is read
	target    *tokenizer.Tokenizer // of what is written, the same but for some translators
}

// loadModel builds the model of files for a purpose. It keeps what files refers to.
func loadModel(files Checkpoint, p purpose, o Options) (*loaded, error) {
	l, err := build(files, p, o)
	if err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	return l, nil
}

func build(files Checkpoint, p purpose, o Options) (*loaded, error) {
	l := &loaded{files: files}
	maxTokens, err := files.maxTokens()
	if err != nil {
		return nil, err
	}
	l.config, err = parseConfig(files.Config)
	if err != nil {
		return nil, err
	}
	family, err := familyOf(l.config, p)
	if err != nil {
		return nil, err
	}
	g := goal{purpose: p}
	if p == sequenceClasses || p == tokenClasses {
		l.labels = l.config.labels()
		g.labels = len(l.labels)
	}
	plan := family.read(l.config)
	if err := l.config.err(); err != nil {
		return nil, err
	}
	// The tokenizers are read by one goroutine while the others pack weights.
	read := make(chan error, 1)
	go func() { read <- l.readTokenizers() }()
	w := newWeights(&files, o)
	w.untied = !l.config.flag(true, "tie_word_embeddings")
	if err = safetensors.Guarded(func() { l.engine = plan.build(w, g) }); err == nil {
		err = w.finish(l.ignored)
	}
	if fault := (*LoadError)(nil); errors.As(err, &fault) && len(fault.Missing) > 0 {
		fault.Hint = hint(l.config, p)
	}
	if err := errors.Join(err, <-read); err != nil {
		return nil, err
	}
	l.warnings = *l.config.notes
	if len(w.unused) > 0 {
		l.warnings = append(l.warnings, fmt.Sprintf("tensors of the checkpoint that are no part of the model (%d): %s", len(w.unused), few(w.unused, 20)))
	}
	l.usual, l.maxTokens, l.padding = min(maxTokens, l.positions), min(maxTokens, l.positions), int32(l.config.id(-1, "pad_token_id"))
	if l.unlimited {
		l.maxTokens = l.positions
	}
	for _, m := range []*transformer.Model{l.Model, l.encoder, l.pooled} {
		if m != nil {
			m.Threads = o.Threads
		}
	}
	return l, nil
}

// readTokenizers reads the tokenizers.
func (l *loaded) readTokenizers() (err error) {
	f := &l.files
	if f.Tokenizer == nil {
		if l.tokenizer, err = tokenizer.Load(f.folder); err != nil {
			return err
		}
		l.target, err = tokenizer.LoadTarget(f.folder)
		return err
	}
	if l.tokenizer, err = tokenizer.Parse(f.Tokenizer, f.tokenizerConfigs()...); err != nil {
		return err
	}
	l.target = l.tokenizer
	if f.TargetTokenizer != nil {
		if l.target, err = tokenizer.Parse(f.TargetTokenizer); err != nil {
			err = fmt.Errorf("tokenizer_target.json: %w", err)
		}
	}
	return err
}
