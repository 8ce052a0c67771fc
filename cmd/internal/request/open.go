package request

import (
	"context"
	"errors"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/prompt"
	"github.com/whence-xai/whence/model"
)

// Open opens the model of a request, has it answer where the answer is what is
// explained, and returns the run. Of tasks Ask and Play, whose models and games are
// for whoever runs the request to name, it opens none.
func (r Request) Open(ctx context.Context, models *Models) (*Run, error) {
	switch r.Task {
	case Generate:
		return runOf(ctx, models, r.Generation)
	case Translate:
		return runOf(ctx, models, r.Translation)
	case Answer:
		return runOf(ctx, models, r.Answering)
	case Tag:
		return runOf(ctx, models, r.Tagging)
	case Fill:
		return runOf(ctx, models, r.Filling)
	case Ask, Play:
		return nil, fault("task", "{task} %s needs a model or game that no request can name", r.Task)
	}
	c, err := r.Classification(ctx, models)
	if err != nil {
		return nil, err
	}
	return c.Run(ctx, r.Text)
}

// Load opens the model of a task, so that no request has to wait for it.
func (m *Models) Load(ctx context.Context, task Task, named Model) (err error) {
	switch task {
	case Generate:
		_, err = m.Generator(ctx, named)
	case Translate:
		_, err = open(ctx, m, "translate", named, 0, model.NewTranslator)
	case Answer:
		_, err = open(ctx, m, "answer", named, 0, model.NewAnswerer)
	case Tag:
		_, err = open(ctx, m, "tag", named, 0, model.NewTagger)
	case Fill:
		_, err = m.Filler(ctx, named)
	default:
		_, err = open(ctx, m, "classify", named, 0, model.NewClassifier)
	}
	return err
}

// runOf opens a task and returns the run of what it answers.
func runOf[T interface {
	Run(ctx context.Context) (*Run, error)
}](ctx context.Context, models *Models, open func(context.Context, *Models) (T, error)) (*Run, error) {
	task, err := open(ctx, models)
	if err != nil {
		return nil, err
	}
	return task.Run(ctx)
}

// run returns the run of what a target says of words.
func (r Request) run(o text.Options, m text.Model, words string, target text.Scorer) (*Run, error) {
	game, err := o.NewGame(m, words, target)
	var long *text.LimitError
	switch {
	case errors.As(err, &long): // there are no windows for what a model writes or where it finds it
		return nil, fault("text", "the text has %d tokens, the model reads at most %d", long.Tokens, long.Limit).or("a shorter one can be explained")
	case err != nil:
		return nil, badText(err)
	}
	return r.NewRun(game)
}

// promptOptions returns how a prompt becomes a game: all of it, or its fields.
func (r Request) promptOptions(ctx context.Context, models *Models, p *prompt.Prompt) (text.Options, error) {
	fields := r.Unit == "field"
	// Fields are known from the template and found in no text, so package unit has
	// no such unit.
	if fields {
		r.Unit = ""
	}
	o, err := r.options(ctx, models)
	if err != nil {
		return o, err
	}
	switch {
	case fields && len(p.Fields) == 0:
		return o, fault("unit", "{unit} field: the prompt has no fields").or("{template} has some, and so have the messages of {chat}")
	case fields:
		o, err = p.Whole(o, r.Keep...)
	case len(p.Fields) > 0 || len(r.Keep) > 0:
		o.Keep, err = p.Keep(r.Keep...)
	}
	if err != nil {
		return o, fault("keep", "%v", err)
	}
	return o, nil
}

// placeOptions is promptOptions where the answer stands in the text, so that a
// mask must leave it where it is.
func (r Request) placeOptions(ctx context.Context, models *Models) (text.Options, error) {
	o, err := r.promptOptions(ctx, models, &prompt.Prompt{})
	if err != nil {
		return o, err
	}
	// The target names its token by position, which drop and collapse would shift.
	if _, ok := o.Masker.(text.Replace); o.Masker != nil && !ok {
		return o, fault("mask", "{mask} %s moves or hides what the answer stands at", r.Mask).or("{mask} replace leaves it where it is")
	}
	return o, nil
}
