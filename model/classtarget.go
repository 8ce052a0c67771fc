package model

import (
	"context"
	"errors"
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

// A classTarget is what logits become numbers by: some classes on a scale.
type classTarget struct {
	classifier *Classifier
	scale      scale
	classes    []int
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
	of := &classTarget{classifier: c, scale: s}
	t := &Target{scale: string(s), score: of.score}
	if len(names) == 0 {
		t.names = c.m.labels
		for i := range t.names {
			of.classes = append(of.classes, i)
		}
		return t
	}
	for _, name := range names {
		i, err := c.Label(name)
		t.err = errors.Join(t.err, err)
		of.classes = append(of.classes, i)
		t.names = append(t.names, c.m.labels[i])
	}
	return t
}

// score writes the values of the classes of every sequence to dst.
func (t *classTarget) score(ctx context.Context, dst []float64, seqs []Sequence) error {
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
func (t *classTarget) value(logits []float32, class int) float64 {
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
