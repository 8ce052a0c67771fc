package model

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/whence-xai/whence/model/internal/decode"
)

// A scale is how a target expresses a class.
type scale string

const (
	logOdds     scale = "log-odds"
	probability scale = "probability"
	logit       scale = "logit"
)

// A Target is what a sequence becomes numbers by: some classes of a classifier
// on a scale.
type Target struct {
	classifier *Classifier
	scale      scale
	classes    []int
	names      []string
	err        error // what is wrong with the classes that were named
}

// LogOdds returns the target of the log-odds of the named classes, or of all
// if none is named: the logit against the log-sum-exp of the other classes'
// logits, which for two classes is the difference. Of classes that do not
// exclude one another it is the logit, and so for a regression.
func (c *Classifier) LogOdds(class ...string) *Target { return c.target(logOdds, class) }

// Probability returns the target of the probability of the named classes, or
// of all if none is named: softmax, or sigmoid where classes do not exclude
// one another. A regression has no probabilities, only its logit.
func (c *Classifier) Probability(class ...string) *Target { return c.target(probability, class) }

// Logit returns the target of the raw output for the named classes, or for all
// if none is named.
func (c *Classifier) Logit(class ...string) *Target { return c.target(logit, class) }

func (c *Classifier) target(s scale, names []string) *Target {
	if c.task == regression {
		s = logit
	}
	t := &Target{classifier: c, scale: s}
	if len(names) == 0 {
		names = c.m.labels
		for i := range names {
			t.classes = append(t.classes, i)
		}
		t.names = names
		return t
	}
	for _, name := range names {
		i, err := c.Label(name)
		t.err = errors.Join(t.err, err)
		t.classes = append(t.classes, i)
		t.names = append(t.names, c.m.labels[i])
	}
	return t
}

// Outputs returns the number of classes.
func (t *Target) Outputs() int { return len(t.classes) }

// Names returns the names of the classes, an entry an output. The caller must
// not change it.
func (t *Target) Names() []string { return t.names }

// Scale returns "log-odds", "probability" or "logit".
func (t *Target) Scale() string { return string(t.scale) }

// Validate returns an error if a class that was named does not exist. It lists
// those that do.
func (t *Target) Validate() error { return t.err }

// Score writes the target's value of every sequence to dst, Outputs() of them
// a sequence. See [Classifier.Logits] for what sequences may be given.
func (t *Target) Score(ctx context.Context, dst []float64, seqs []Sequence) error {
	if t.err != nil {
		return t.err
	}
	if len(dst) != len(seqs)*len(t.classes) {
		return fmt.Errorf("model: room for %d scores of %d sequences with %d outputs", len(dst), len(seqs), len(t.classes))
	}
	c := t.classifier
	logits := c.buffer(len(seqs) * len(c.m.labels))
	defer c.buffers.Put(logits)
	if err := c.Logits(ctx, *logits, seqs); err != nil {
		return err
	}
	for i := range seqs {
		row := (*logits)[i*len(c.m.labels):][:len(c.m.labels)]
		for j, class := range t.classes {
			dst[i*len(t.classes)+j] = t.value(row, class)
		}
	}
	return nil
}

// value returns what the target says of a class by the logits of all.
func (t *Target) value(logits []float32, class int) float64 {
	z := float64(logits[class])
	if t.scale == logit {
		return z
	}
	if t.classifier.task == oneOf {
		z -= decode.LogSumExp(logits, class)
	}
	if t.scale == logOdds {
		return z
	}
	return 1 / (1 + math.Exp(-z))
}
