package model

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/whence-xai/whence/model/internal/architecture"
	"github.com/whence-xai/whence/model/internal/checkpoint"
	"github.com/whence-xai/whence/model/internal/transformer"
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

// readable returns an error if s lacks what a classifier reads.
func (l *loaded) readable(s *Sequence) error {
	hidden := func(i int) bool { return s.Hidden != nil && s.Hidden[i] }
	switch last := len(s.IDs) - 1; {
	case l.Encoder != nil && !slices.Contains(s.IDs, l.End):
		return fmt.Errorf("no token %d, at which the classifier reads", l.End)
	case l.Encoder != nil && s.Hidden != nil:
		return errors.New("hidden tokens, which a decoder would see")
	case !l.Causal && l.Pooled == nil && hidden(0):
		return errors.New("token 0 is hidden, which is the one that the classifier reads")
	case l.Causal && hidden(last):
		return errors.New("the last token is hidden, which is the one that the classifier reads")
	}
	return nil
}

// classify writes the logits of every sequence of b to dst.
func (l *loaded) classify(ctx context.Context, dst []float32, b *transformer.Batch) error {
	switch {
	case l.Encoder != nil:
		return l.classifyDecoded(ctx, dst, b)
	case l.Pooled != nil:
		return l.classifyMean(ctx, dst, b)
	case l.Causal && l.padding >= 0:
		l.readEnds(b)
	}
	return l.Forward(ctx, dst, b)
}

// readEnds has the last row of every sequence read that is not padding, as
// transformers does, or the first if all is.
func (l *loaded) readEnds(b *transformer.Batch) {
	b.Read = b.Read[:0]
	for i := range b.Len() {
		last := b.Starts[i+1] - 1
		for last > b.Starts[i] && b.Tokens[last] == l.padding {
			last--
		}
		b.Read = append(b.Read, last)
	}
}

// readAll has all rows of b read.
func readAll(b *transformer.Batch) {
	b.Read = b.Read[:0]
	for i := range b.Tokens {
		b.Read = append(b.Read, int32(i))
	}
}

// classifyMean has the head read the mean of a sequence's rows.
func (l *loaded) classifyMean(ctx context.Context, dst []float32, b *transformer.Batch) error {
	readAll(b)
	width := l.Outputs()
	hidden := make([]float32, b.Rows()*width)
	if err := l.Forward(ctx, hidden, b); err != nil {
		return err
	}
	means := make([]float32, b.Len()*width)
	for i := range b.Len() {
		mean, n := means[i*width:][:width], float32(b.Starts[i+1]-b.Starts[i])
		for row := b.Starts[i]; row < b.Starts[i+1]; row++ {
			for j, v := range hidden[int(row)*width:][:width] {
				mean[j] += v
			}
		}
		for j := range mean {
			mean[j] /= n
		}
	}
	l.Pooled.Predict(dst, means, b.Len())
	return nil
}

// remember runs the encoder on the sequences of b and returns what a decoder
// remembers of them.
func (l *loaded) remember(ctx context.Context, b *transformer.Batch) (*transformer.Memory, error) {
	readAll(b)
	hidden := make([]float32, b.Rows()*l.Encoder.Outputs())
	if err := l.Encoder.Forward(ctx, hidden, b); err != nil {
		return nil, err
	}
	return l.Remember(ctx, hidden, b.Starts)
}

// classifyDecoded has a decoder read the sequence once more, one token later,
// and the head the row of the last token that ends a text (Lewis et al. 2020,
// section 3.1).
func (l *loaded) classifyDecoded(ctx context.Context, dst []float32, b *transformer.Batch) error {
	memory, err := l.remember(ctx, b)
	if err != nil {
		return err
	}
	again := transformer.Batch{Memory: memory, Starts: b.Starts, Positions: b.Positions, Places: b.Places, Types: b.Types}
	for i := range b.Len() {
		ids := b.Tokens[b.Starts[i]:b.Starts[i+1]]
		again.Sources = append(again.Sources, int32(i))
		again.Tokens = append(append(again.Tokens, l.Start), ids[:len(ids)-1]...)
		for j, id := range slices.Backward(ids) {
			if id == l.End {
				again.Read = append(again.Read, b.Starts[i]+int32(j))
				break
			}
		}
	}
	return l.Forward(ctx, dst, &again)
}
