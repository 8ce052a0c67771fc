// Package ggml reads the files of llama.cpp as the checkpoints that they were
// converted from: their metadata as config.json, tokenizer.json and what stands
// beside them, their tensors under the names and in the order of rows that
// transformers has.
package ggml

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/gguf"
	"github.com/whence-xai/whence/model/tensor"
)

// A Model is a file as the checkpoint that it was converted from.
type Model struct {
	Name             string
	Config           []byte // config.json
	Tokenizer        []byte // tokenizer.json
	TokenizerConfig  []byte // tokenizer_config.json
	GenerationConfig []byte // generation_config.json
	Pooling          []byte // 1_Pooling/config.json; nil where nothing is pooled
	Weights          *Weights
}

// Open reads the file at path. Its weights are mapped into memory, not copied:
// whoever makes no model of them closes them.
// Whoever reads it sees a checkpoint of transformers: no architecture knows that there
// are such files.
func Open(path string) (*Model, error) {
	file, err := gguf.Open(path)
	if err != nil {
		return nil, err
	}
	m := &Model{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))}
	// the file is mapped, and may be cut short while it is read
	if gone := tensor.Guarded(func() { err = m.read(file) }); gone != nil {
		err = gone
	}
	if err != nil {
		return nil, fmt.Errorf("gguf: %w", errors.Join(err, file.Close()))
	}
	return m, nil
}

// All faults of the metadata are told at once, before weights are looked at.
func (m *Model) read(file *gguf.File) error {
	arch, ok := file.Text("general.architecture")
	if !ok {
		return errors.New(`key "general.architecture" is missing`)
	}
	if parts, ok := file.Integer("split.count"); ok && parts > 1 {
		return fmt.Errorf("one of %d parts of a model; make one file of them (llama-gguf-split --merge)", parts)
	}
	all := families()
	i := slices.IndexFunc(all, func(f family) bool { return f.arch == arch })
	if i < 0 {
		var known []string
		for _, f := range all {
			known = append(known, f.arch)
		}
		return fmt.Errorf("general.architecture %.100q is not supported; supported: %s", arch, strings.Join(known, ", "))
	}
	f, data := &all[i], &metadata{File: file, arch: arch}
	config := f.read(data)
	// faults are noted until all of the metadata is read
	words := readTokens(data)
	t := words.tokenizer(data)
	if err := data.err(); err != nil {
		return err
	}
	var err error
	if m.Weights, err = newWeights(file, f, data); err != nil {
		return err
	}
	for _, item := range []struct {
		to   *[]byte
		from object
	}{
		{&m.Config, config},
		{&m.Tokenizer, t},
		{&m.TokenizerConfig, words.config(data)},
		{&m.GenerationConfig, words.generation(data)},
		{&m.Pooling, pooling(data)},
	} {
		// JSON would have it as null
		if item.from == nil {
			continue
		}
		if *item.to, err = json.Marshal(item.from); err != nil {
			return err
		}
	}
	return nil
}

// An object is one of JSON.
type object = map[string]any
