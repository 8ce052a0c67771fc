package request

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/prompt"
	"github.com/whence-xai/whence/model"
)

// mostTranslated is the maximum number of new tokens where a request of task
// Translate says nothing.
const mostTranslated = 200

// A Translation is a text for which a model writes another.
type Translation struct {
	Request Request
	Model   *model.Translator
	Note    string // on a text that is longer than usual, "" for none; an explanation has it, too

	models  *Models
	source  model.Sequence
	options model.TranslateOptions
	answer  []int32 // tokens of the first text written
}

// Translation opens the model of a request of task Translate and reads the source.
func (r Request) Translation(ctx context.Context, models *Models) (*Translation, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	m, err := open(ctx, models, "translate", r.model(), 0, model.NewTranslator)
	if err != nil {
		return nil, err
	}
	t := &Translation{Request: r, Model: m, models: models,
		options: model.TranslateOptions{Decoding: r.decoding(mostTranslated, r.RandomSeed()), From: r.From, To: r.To}}
	if t.source, _, err = m.Source(r.Text, t.options); err != nil {
		return nil, badText(err)
	}
	if n := len(t.source.IDs); n > m.UsualTokens() && n <= m.MaxTokens() {
		t.Note = fmt.Sprintf("the text has %s, the model's tokenizer allows %d: it reads them all, and was hardly trained on so many", counted(n, "token"), m.UsualTokens())
	}
	return t, nil
}

// Tokens yields what the model writes, and keeps the first text for Run.
func (t *Translation) Tokens(ctx context.Context) iter.Seq2[model.Token, error] {
	return first(&t.answer, t.Model.Stream(ctx, t.source, t.options))
}

// Run returns the run of the answer: the one that the request gives, or else the
// model's, which writes it first unless Tokens has had it.
func (t *Translation) Run(ctx context.Context) (*Run, error) {
	if t.answer == nil && t.Request.Answer == "" {
		if err := drain(t.Tokens(ctx)); err != nil {
			return nil, err
		}
	}
	o, err := t.Request.promptOptions(ctx, t.models, &prompt.Prompt{Text: t.Request.Text})
	if err != nil {
		return nil, err
	}
	m := model.Interpreter{Translator: t.Model, Options: t.options}
	words, answer, err := t.players(&o, &m)
	if err != nil {
		return nil, err
	}
	target, err := (&question{
		Target: t.Request.Target,
		model:  t.Model,
		answer: answer,
		of:     t.Model.ContinuationOf,
		likely: func(most int) ([]model.Candidate, error) { return t.Model.Likeliest(ctx, t.source, nil, most) },
		change: func() (*model.Target, error) { return t.Model.Change(ctx, nil, t.source) },
		mute:   t.Model.IsSpecial,
	}).scorer()
	if err != nil {
		return nil, err
	}
	return t.Request.run(o, m, words, target)
}

// players returns the text whose parts are players, behind the source the first
// tokens of the answer where they are to be, and the answer that is left.
func (t *Translation) players(o *text.Options, m *model.Interpreter) (words string, answer []int32, err error) {
	n := t.Request.Written
	if n == 0 {
		return t.Request.Text, t.answer, nil
	}
	// At least one token must be left to explain.
	if n >= len(t.answer) {
		return "", nil, fault("written", "{written} %d: the answer has %s", n, counted(len(t.answer), "token"))
	}
	if m.Written, err = t.Model.Continuation(t.answer[:n]); err != nil {
		return "", nil, err
	}
	o.Second = len(t.Request.Text)
	return t.Request.Text + strings.Join(m.Written.Pieces(), ""), t.answer[n:], nil
}
