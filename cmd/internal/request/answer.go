package request

import (
	"context"

	"github.com/whence-xai/whence/model"
)

// An Answering is a question, and the parts of a text that a model takes for its answer.
type Answering struct {
	Request Request
	Model   *model.Answerer
	Answers []model.Answer // the best first; nil before the model has answered

	models *Models
}

// Answering opens the model of a request of task Answer.
func (r Request) Answering(ctx context.Context, models *Models) (*Answering, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	if r.Question == "" {
		return nil, fault("question", "answer: no question is given").or(`ask one: {question} "…"`)
	}
	m, err := open(ctx, models, "answer", r.model(), 0, model.NewAnswerer)
	if err != nil {
		return nil, err
	}
	return &Answering{Request: r, Model: m, models: models}, nil
}

// Answer has the model answer.
func (a *Answering) Answer(ctx context.Context) (err error) {
	r := a.Request
	a.Answers, err = a.Model.Answer(ctx, r.Question, r.Text, model.AnswerOptions{
		Answers: r.Answers, MaxTokens: r.MaxTokens, NoAnswer: r.NoAnswer, Window: r.Window, Stride: r.Stride,
	})
	return badText(err)
}

// Run returns the run of the best answer.
func (a *Answering) Run(ctx context.Context) (*Run, error) {
	if a.Answers == nil {
		if err := a.Answer(ctx); err != nil {
			return nil, err
		}
	}
	o, err := a.Request.placeOptions(ctx, a.models)
	if err != nil {
		return nil, err
	}
	target, err := a.target()
	if err != nil {
		return nil, err
	}
	// The game's text is question and context in one, so that the players of both
	// have spans in one text; the model still reads them as a pair, parted here.
	o.Second = len(a.Request.Question)
	return a.Request.run(o, a.Model, a.Request.Question+a.Request.Text, target)
}

// target returns the log-odds of the tokens with which the best answer begins and ends.
func (a *Answering) target() (*model.Target, error) {
	if len(a.Answers) == 0 || a.Answers[0].Text == "" {
		return nil, fault("answer", "there is no answer to explain")
	}
	best := a.Answers[0]
	e, err := a.Model.Tokenizer().EncodePair(a.Request.Question, a.Request.Text)
	if err != nil {
		return nil, badText(err)
	}
	// A token counts if it overlaps the answer at all: pieces need not end where it
	// does.
	first, last := -1, 0
	for i, s := range e.Spans {
		if e.Texts[i] == 1 && !e.Special[i] && s.Start < best.Span.End && s.End > best.Span.Start {
			if last = i; first < 0 {
				first = i
			}
		}
	}
	return a.Model.Span(len(e.IDs), first, last, best.Text), nil
}
