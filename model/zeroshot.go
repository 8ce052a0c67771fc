package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model/internal/decode"
)

// A LabelScore is what a model makes of a label.
type LabelScore struct {
	Label string
	Score float64
}

// Classify returns the score of every class for a text, or for a pair of texts
// if two are given, the highest first: the probability by softmax, or by
// sigmoid where classes do not exclude one another, or the plain number of a
// model that was trained for regression. A model with one class that says
// nothing of its training has sigmoid, as in transformers.
func (c *Classifier) Classify(ctx context.Context, text string, pair ...string) ([]LabelScore, error) {
	s, err := c.input(text, pair...)
	if err != nil {
		return nil, err
	}
	logits := make([]float32, len(c.m.labels))
	if err := c.Logits(ctx, logits, []Sequence{s}); err != nil {
		return nil, err
	}
	total := decode.LogSumExp(logits, -1)
	scores := make([]LabelScore, len(logits))
	for i, logit := range logits {
		z := float64(logit)
		switch {
		case c.task == oneOf:
			z = math.Exp(z - total)
		case c.task == anyOf || c.m.config.Word("", "problem_type") == "":
			z = 1 / (1 + math.Exp(-z))
		}
		scores[i] = LabelScore{c.m.labels[i], z}
	}
	sortScores(scores)
	return scores, nil
}

// input returns one text or two as a sequence.
func (c *Classifier) input(text string, pair ...string) (Sequence, error) {
	if len(pair) > 1 {
		return Sequence{}, fmt.Errorf("model: classify: %d texts, not one or two", 1+len(pair))
	}
	encode := func() (Sequence, error) {
		if len(pair) == 1 {
			e, err := c.m.tokenizer.EncodePair(text, pair[0])
			if err != nil {
				return Sequence{}, err
			}
			return sequenceOf(e), nil
		}
		e, err := c.m.tokenizer.Encode(text)
		if err != nil {
			return Sequence{}, err
		}
		return sequenceOf(e), nil
	}
	return encode()
}

func sortScores(scores []LabelScore) {
	slices.SortStableFunc(scores, func(a, b LabelScore) int { return cmp.Compare(b.Score, a.Score) })
}

// ZeroShotOptions are choices about [Classifier.ZeroShot].
type ZeroShotOptions struct {
	// Template makes a hypothesis of a label, which stands for {}; "" means
	// "This example is {}."
	Template string
	// AnyOf lets several labels be true: each is weighed by itself.
	AnyOf bool
}

// ZeroShot returns how well each label suits a text by a classifier that was
// trained to tell what follows from what, with a class "entailment" (Yin et al.
// 2019): whether the label, put as a hypothesis, follows from the text. The
// highest score is first.
func (c *Classifier) ZeroShot(ctx context.Context, text string, labels []string, o ZeroShotOptions) ([]LabelScore, error) {
	if len(labels) == 0 {
		return nil, errors.New("model: zero-shot: no labels")
	}
	if o.Template == "" {
		o.Template = "This example is {}."
	}
	if !strings.Contains(o.Template, "{}") {
		return nil, fmt.Errorf("model: zero-shot: the template %q has no {} for the label", o.Template)
	}
	entailment := slices.IndexFunc(c.m.labels, func(s string) bool { return strings.HasPrefix(strings.ToLower(s), "entail") })
	if entailment < 0 {
		return nil, fmt.Errorf("model: zero-shot: no class entailment, there are: %s", strings.Join(c.m.labels, ", "))
	}
	contradiction := 0
	if entailment == 0 {
		contradiction = len(c.m.labels) - 1
	}
	seqs := make([]Sequence, len(labels))
	for i, label := range labels {
		var err error
		if seqs[i], err = c.input(text, strings.ReplaceAll(o.Template, "{}", label)); err != nil {
			return nil, err
		}
	}
	n := len(c.m.labels)
	logits := make([]float32, len(seqs)*n)
	if err := c.Logits(ctx, logits, seqs); err != nil {
		return nil, err
	}
	follows := make([]float32, len(labels))
	for i := range labels {
		follows[i] = logits[i*n+entailment]
	}
	scores := make([]LabelScore, len(labels))
	for i, label := range labels {
		against := decode.LogSumExp(follows, -1)
		if o.AnyOf || len(labels) == 1 {
			against = decode.LogSumExp([]float32{logits[i*n+contradiction], follows[i]}, -1)
		}
		scores[i] = LabelScore{label, math.Exp(float64(follows[i]) - against)}
	}
	sortScores(scores)
	return scores, nil
}
