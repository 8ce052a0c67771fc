package main

import (
	"context"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
)

// A writer answers two questions. One with "prompts" and "tokens" asks for the
// "ids" of so many tokens that follow each prompt greedily. One with "text",
// whose sentences up to byte "keep" are players, asks for the "values" that the
// tokens "answer" have after it when only some sentences are "present": their
// "log-odds" or "log-probability", as "target" says.
type writer struct{ *model.Generator }

func (w writer) reply(q *question) (a answer, err error) {
	if q.Prompts == nil {
		a.Seconds, err = timed(func() error { a.Values, err = w.values(q); return err })
		return a, err
	}
	var texts [][]model.Generation
	a.Seconds, err = timed(func() error {
		texts, err = w.GenerateAll(context.Background(), q.Prompts, model.Decoding{Choice: "greedy", MaxTokens: q.Tokens, MinTokens: q.Tokens})
		return err
	})
	for _, t := range texts {
		a.IDs = append(a.IDs, t[0].IDs)
	}
	return a, err
}

func (w writer) values(q *question) ([]float64, error) {
	c, err := w.Continuation(q.Answer)
	if err != nil {
		return nil, err
	}
	target := c.LogOdds()
	if q.Target == "log-probability" {
		target = c.LogProb()
	}
	options := text.Options{Unit: unit.Sentences, Keep: []explain.Span{{Start: q.Keep, End: len(q.Text)}}}
	game, err := options.NewGame(w, q.Text, target)
	if err != nil {
		return nil, err
	}
	batch := explain.NewCoalitions(game.Players(), len(q.Present))
	for _, players := range q.Present {
		batch.Append(explain.NewCoalition(game.Players(), players...))
	}
	values := make([]float64, batch.Len())
	return values, game.Value(context.Background(), values, batch)
}
