package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
	"github.com/whence-xai/whence/model/safetensors"
)

// An engine is a model's computation and what may be put into it.
type engine struct {
	*transformer.Model                    // of an encoder–decoder: the decoder
	encoder            *transformer.Model // of an encoder–decoder, without a head

	vocabulary int  // ids that may be put in
	positions  int  // that a sequence may have
	offset     int  // what positions are counted from
	skips      bool // padding, whose number is offset-1, is not counted
	types      int
	unlimited  bool  // positions are told apart by distance only: a longer text than usual can be read
	start, end int32 // of an encoder–decoder: what the decoder begins with, what ends a text

	pooled  *transformer.Model // a head for the mean of the hidden rows; the Model has none then
	ignored []string           // patterns of tensors that are nothing to it
}

// A plan is how the model of a config is built for a purpose.
type plan struct {
	blueprint
	head
	config    *checkpoint.Config
	labelList []string // of sequenceClasses and tokenClasses
}

// planOf returns the plan of a config's model, or all that is wrong with it.
func planOf(c *checkpoint.Config, p purpose) (*plan, error) {
	family, err := familyOf(c, p)
	if err != nil {
		return nil, err
	}
	x := &plan{head: head{purpose: p}, config: c}
	if p == sequenceClasses || p == tokenClasses {
		x.labelList = c.Labels()
		x.head.labels = len(x.labelList)
	}
	x.blueprint = family.read(c)
	return x, c.Err()
}

// A packing is how the weights of a model are kept.
type packing struct {
	precision Precision
	redraw    uint64 // the seed by which matrices are drawn anew; 0: they are not
	threads   int    // that pack them; 0: GOMAXPROCS
}

// engine builds the model of the tensors of its checkpoint.
func (x *plan) engine(t *checkpoint.Tensors, how packing) (e engine, err error) {
	w := newWeights(t, how)
	w.untied = !x.config.Flag(true, "tie_word_embeddings")
	if err = safetensors.Guarded(func() { e = x.build(w, x.head) }); err == nil {
		err = t.Finish(how.threads, e.ignored)
	}
	if fault := (*checkpoint.Error)(nil); errors.As(err, &fault) && len(fault.Missing) > 0 {
		fault.Hint = hint(x.config, x.purpose)
	}
	return e, err
}

// familyOf returns the architecture of a config, if it serves the purpose.
func familyOf(c *checkpoint.Config, p purpose) (family, error) {
	if c.Given("quantization_config") {
		method := c.In("quantization_config").Word("", "quant_method")
		return family{}, fmt.Errorf("config.json: quantization_config: weights quantized by %q are not supported; take the checkpoint that they were made from", method)
	}
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
