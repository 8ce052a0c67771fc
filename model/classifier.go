package model

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
)

// A task is what the outputs of a classifier mean.
type task uint8

const (
	oneOf      task = iota // exclusive classes: softmax
	anyOf                  // classes each by itself: sigmoid
	regression             // numbers
)

// taskOf returns what the outputs of a classifier of that many labels mean.
func taskOf(c *checkpoint.Config, labels int) task {
	switch problem := c.Word("", "problem_type"); problem {
	case "":
		if labels == 1 {
			return regression
		}
	case "single_label_classification":
	case "multi_label_classification":
		return anyOf
	case "regression":
		return regression
	default:
		c.Fail("unknown problem_type %q", problem)
	}
	return oneOf
}

// A Classifier gives a sequence one logit for every label. It is safe for
// concurrent use.
type Classifier struct {
	facts
	task    task
	packers sync.Pool // of *packer
	buffers sync.Pool // of *[]float32
}

// LoadClassifier loads the classifier in dir, a folder as Hugging Face
// transformers saves it: config.json, tokenizer.json, perhaps
// tokenizer_config.json, and the weights as model.safetensors or in several
// files with model.safetensors.index.json. Tensors that are missing, have
// another shape or type than the configuration says, or are not part of the
// model are all told in one [*LoadError].
func LoadClassifier(dir string, o Options) (*Classifier, error) {
	return open(dir, o, NewClassifier)
}

// NewClassifier builds a classifier from the files of its checkpoint. It keeps
// what files refers to, which must not change.
func NewClassifier(files Checkpoint, o Options) (*Classifier, error) {
	m, err := loadModel(files, architecture.SequenceClasses, o)
	if err != nil {
		return nil, err
	}
	c := &Classifier{facts: facts{m: m}, task: taskOf(m.config, len(m.labels))}
	if err := m.config.Err(); err != nil {
		return nil, fmt.Errorf("model: load %s: %w", files.Name, err)
	}
	return c, nil
}

// Label returns the number of the class called name. Upper and lower case are
// the same where that leaves one class, and the number of a class stands for it
// where none is called that. The error lists the classes.
func (c *Classifier) Label(name string) (int, error) {
	labels := c.m.labels
	for _, same := range []func(label string) bool{
		func(label string) bool { return label == name },
		func(label string) bool { return strings.EqualFold(label, name) },
	} {
		found := slices.IndexFunc(labels, same)
		if found < 0 {
			continue
		}
		if next := slices.IndexFunc(labels[found+1:], same); next >= 0 {
			next += found + 1
			return 0, fmt.Errorf("model: class %q could be %d (%q) or %d (%q): give its number", name, found, labels[found], next, labels[next])
		}
		return found, nil
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(labels) {
		return n, nil
	}
	return 0, fmt.Errorf("model: no class %q, there are: %s", name, strings.Join(labels, ", "))
}

// StartID returns the token that a causal model reads where there is no text: the
// one that begins or else ends one. Other models have none, and need none.
func (c *Classifier) StartID() (int32, bool) {
	if !c.m.Causal || c.m.Encoder != nil {
		return 0, false
	}
	special := c.m.tokenizer.Specials()
	for _, id := range []int32{int32(c.m.config.ID(-1, "bos_token_id")), special.Begin, special.End} {
		if id >= 0 && int(id) < c.m.Vocabulary {
			return id, true
		}
	}
	return 0, false
}

// Logits writes the logits of every sequence to dst, one a label. Any number
// of sequences may be given at a time; more are faster for each. Equal ones
// are computed once. Sequences that are no inputs of the model are told in one
// error, and then nothing is computed.
func (c *Classifier) Logits(ctx context.Context, dst []float32, seqs []Sequence) error {
	// The tables are read where they lie, perhaps in memory that is unmapped
	// once nobody holds its file.
	defer runtime.KeepAlive(c.m.files.Weights)
	n := len(c.m.labels)
	if len(dst) != len(seqs)*n {
		return fmt.Errorf("model: room for %d logits of %d sequences with %d labels", len(dst), len(seqs), n)
	}
	if err := c.m.check(seqs, c.m.readable); err != nil {
		return err
	}
	p, _ := c.packers.Get().(*packer)
	if p == nil {
		p = &packer{seed: maphash.MakeSeed()}
	}
	defer c.packers.Put(p)
	p.distinct(seqs)
	for at := 0; at < len(seqs); {
		at = p.pack(seqs, at, c.m)
		p.out = slices.Grow(p.out[:0], len(p.of)*n)[:len(p.of)*n]
		if err := c.m.classify(ctx, p.out, &p.batch); err != nil {
			return err
		}
		for i, to := range p.of {
			copy(dst[int(to)*n:][:n], p.out[i*n:])
		}
	}
	for i, first := range p.first {
		copy(dst[i*n:][:n], dst[int(first)*n:])
	}
	return nil
}

// buffer returns n floats that are to be put back into c.buffers.
func (c *Classifier) buffer(n int) *[]float32 {
	b, _ := c.buffers.Get().(*[]float32)
	if b == nil {
		b = new([]float32)
	}
	*b = slices.Grow((*b)[:0], n)[:n]
	return b
}
