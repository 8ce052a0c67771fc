package main

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/shap"
)

// A classifier answers two questions. One with "ids", a batch of sequences
// without padding, asks for "logits"; one with "text", "method" and
// "evaluations", for an explanation of the text.
type classifier struct{ *model.Classifier }

func (c classifier) reply(q *question) (a answer, err error) {
	if q.IDs == nil {
		a.Seconds, err = timed(func() error { return c.explain(q) })
		return a, err
	}
	seqs := make([]model.Sequence, len(q.IDs))
	for i, ids := range q.IDs {
		seqs[i].IDs = ids
	}
	labels := len(c.Labels())
	flat := make([]float32, len(seqs)*labels)
	a.Seconds, err = timed(func() error { return c.Logits(context.Background(), flat, seqs) })
	for i := range seqs {
		a.Logits = append(a.Logits, flat[i*labels:(i+1)*labels])
	}
	return a, err
}

func (c classifier) explain(q *question) error {
	methods := map[string]explain.Estimator{
		"kernel":      shap.Kernel{Budget: q.Evaluations, Seed: 1},
		"permutation": shap.Permutation{Budget: q.Evaluations, Seed: 1},
		"partition":   shap.Partition{Budget: q.Evaluations},
		"lime":        lime.Lime{Samples: q.Evaluations, Seed: 1},
	}
	options := text.Options{Unit: unit.Subwords}
	if q.Method == "lime" {
		options = text.Options{Unit: unit.Words, Masker: text.Drop{}}
	}
	game, err := options.NewGame(c, q.Text, c.LogOdds(c.Labels()[1]))
	if err != nil {
		return err
	}
	method, ok := methods[q.Method]
	if !ok {
		return fmt.Errorf("no method %q", q.Method)
	}
	_, err = method.Estimate(context.Background(), game)
	return err
}
