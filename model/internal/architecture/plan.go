// Package architecture knows the architectures of language models: what their
// configurations say and what their tensors are called. Each has a short file
// that turns the two into an engine of package transformer, which knows none.
// A new one is such a file and a line in [families].
package architecture

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/tensor"
)

// An Engine is a model's computation and what may be put into it.
type Engine struct {
	*transformer.Model                    // of an encoder–decoder: the decoder
	Encoder            *transformer.Model // of an encoder–decoder, without a head

	Vocabulary int  // ids that may be put in
	Positions  int  // that a sequence may have
	Offset     int  // what positions are counted from
	Skips      bool // padding, whose number is offset-1, is not counted
	Types      int
	Unlimited  bool  // positions are told apart by distance only: a longer text than usual can be read
	Start, End int32 // of an encoder–decoder: what the decoder begins with, what ends a text

	Pooled  *transformer.Model // a head for the mean of the hidden rows; the Model has none then
	ignored []string           // patterns of tensors that are nothing to it
}

// A Plan is how the model of a config is built for a purpose.
// What is wrong with a config is told by Read, what with tensors by Build.
type Plan struct {
	blueprint
	head
	config *checkpoint.Config
	Labels []string // the names of the classes, of SequenceClasses and TokenClasses
}

// Read returns the plan of a config's model, or all that is wrong with it.
func Read(c *checkpoint.Config, p Purpose) (*Plan, error) {
	family, err := familyOf(c, p)
	if err != nil {
		return nil, err
	}
	x := &Plan{head: head{Purpose: p}, config: c}
	if p == SequenceClasses || p == TokenClasses {
		x.Labels = c.Labels()
		x.labels = len(x.Labels)
	}
	x.blueprint = family.read(c)
	return x, c.Err()
}

// A Precision is how the numbers of linear layers are kept.
type Precision uint8

// The ways to keep them. What they mean is told by package model.
const (
	Float32 Precision = iota
	Int8
	BFloat16
)

// A Packing is how the weights of a model are kept.
type Packing struct {
	Precision Precision
	Redraw    uint64 // the seed by which matrices are drawn anew; 0: they are not
	Threads   int    // that pack them; 0: GOMAXPROCS
}

// Build returns the engine of the plan, with the tensors of its checkpoint.
// Tensors are mapped, and may be gone while they are read: that is an error, not a crash.
func (x *Plan) Build(t *checkpoint.Tensors, how Packing) (e Engine, err error) {
	w := newWeights(t, how)
	// a key that is not there means tied, transformers' default
	w.untied = !x.config.Flag(true, "tie_word_embeddings")
	if err = tensor.Guarded(func() { e = x.build(w, x.head) }); err == nil {
		err = t.Finish(how.Threads, e.ignored)
	}
	if fault := (*checkpoint.Error)(nil); errors.As(err, &fault) && len(fault.Missing) > 0 {
		fault.Hint = hint(x.config, x.Purpose)
	}
	return e, err
}

// familyOf returns the architecture of a config, if it serves the purpose.
func familyOf(c *checkpoint.Config, p Purpose) (family, error) {
	// such tensors have names and types of their own, by each method
	if c.Given("quantization_config") {
		method := c.In("quantization_config").Word("", "quant_method")
		return family{}, fmt.Errorf("config.json: quantization_config: weights quantized by %q are not supported; take the checkpoint that they were made from", method)
	}
	// found says what a known architecture is supported for, if not for this
	kind, found := c.Word("", "model_type"), ""
	var kinds []string
	for _, f := range families() {
		serves := slices.Contains(f.purposes, p)
		if f.kind == kind && serves {
			return f, nil
		}
		if f.kind == kind {
			found = fmt.Sprintf("; it is supported for %s", list(f.purposes))
		}
		if serves {
			kinds = append(kinds, f.kind)
		}
	}
	return family{}, fmt.Errorf("config.json: model_type %q is not supported for %v%s; supported for it: %s", kind, p, found, strings.Join(kinds, ", "))
}
