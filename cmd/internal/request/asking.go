package request

import (
	"context"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/similarity"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/remote"
)

// An Asking is a prompt for a model that no request can name, on a server or a
// program: whoever runs the request gives it to Run.
type Asking struct {
	Request Request
	Players int // parts of the prompt
	// Note is what Run has to tell of how prompts are scored, "" for nothing. It is
	// among the warnings of the explanation.
	Note string

	models  *Models
	options text.Options
}

// Asking reads the prompt of a request of task Ask. No model is asked anything yet.
func (r Request) Asking(ctx context.Context, models *Models) (*Asking, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	a := &Asking{Request: r, models: models}
	var err error
	if a.options, err = r.options(ctx, models); err != nil {
		return nil, err
	}
	if a.options.Keep, err = kept(r.Text, r.Keep); err != nil {
		return nil, err
	}
	// The target is never asked: this game is only there to count players, and to
	// find what is wrong with the prompt before anything is paid for.
	game, err := a.options.NewPromptGame(r.Text, remote.Sequence(nil, "?"))
	if err != nil {
		return nil, badText(err)
	}
	a.Players = game.Players()
	return a, nil
}

// kept returns where in a prompt the texts stand that are never masked.
func kept(prompt string, texts []string) (spans []explain.Span, err error) {
	for _, t := range texts {
		if t == "" || !strings.Contains(prompt, t) {
			return nil, fault("keep", "{keep} %q is no part of the prompt", t)
		}
		for at := 0; ; {
			i := strings.Index(prompt[at:], t)
			if i < 0 {
				break
			}
			spans = append(spans, explain.Span{Start: at + i, End: at + i + len(t)})
			at += i + len(t)
		}
	}
	return spans, nil
}

// Passes returns how many prompts the model is asked about at most.
// The estimate is of the method's evaluations and those that measure the fit, at
// most as many as there are coalitions.
func (a *Asking) Passes() (int, error) {
	const fit, before = 32, 3 // those that measure the scores; the answer, and the probes
	p, err := a.Request.plan(a.Players)
	return min(p.most+fit, 1<<min(a.Players, 30)) + before, err
}

// Run returns the run of what the model makes of the prompt: of the answer that the
// request gives, or else of the model's, which it is asked for first. It may fail on
// the way, and then returns what is known with the error.
func (a *Asking) Run(ctx context.Context, m remote.Speaker) (*Run, error) {
	answer := a.Request.Answer
	if answer == "" {
		var err error
		if answer, err = m.Answer(ctx, a.Request.Text); err != nil {
			return nil, err
		}
	}
	// Of an empty answer there is no likelihood, and every empty answer would equal
	// it.
	if answer == "" {
		return nil, fault("answer", "the answer is empty").or("{answer} TEXT says what it shall have answered")
	}
	target, err := a.target(ctx, m, answer)
	if err != nil {
		return nil, err
	}
	game, err := a.options.NewPromptGame(a.Request.Text, target)
	if err != nil {
		return nil, badText(err)
	}
	run, err := a.Request.NewRun(game)
	if err != nil {
		return nil, err
	}
	run.MayFail = true
	if a.Note != "" {
		run.warnings = append(run.warnings, a.Note)
	}
	return run, nil
}

// A prober is a model that may tell no log-probabilities, as one on a server.
type prober interface {
	Probe(ctx context.Context) (mode remote.Mode, why string, err error)
}

// target returns what scores prompts by how the model answers them.
func (a *Asking) target(ctx context.Context, m remote.Speaker, answer string) (*remote.Target, error) {
	way := a.Request.Score
	if way == "" || way == "auto" {
		way = "answer"
		if server, ok := m.(prober); ok {
			mode, why, err := server.Probe(ctx)
			if err != nil {
				return nil, err
			}
			// Without log-probabilities there is but what the model writes to a
			// masked prompt. chrF needs no model and no tokenizer, and grades
			// answers that share but parts of words.
			if mode == remote.Answers {
				way, a.Note = "chrf", "the server tells no log-probabilities, so answers were compared by chrF ("+why+")"
			}
		}
	}
	switch way {
	case "answer":
		return remote.Sequence(m, answer), nil
	case "token":
		return remote.Tokens(ctx, m, a.Request.Text, answer)
	}
	of, err := a.likeness(ctx, way)
	if err != nil {
		return nil, err
	}
	return remote.Similarity(m, answer, remote.Measure{Name: way, Of: of}), nil
}

// A likeness says how similar two answers are.
type likeness func(ctx context.Context, answer, original string) (float64, error)

// likeness returns the measure of that name.
func (a *Asking) likeness(ctx context.Context, name string) (likeness, error) {
	switch name {
	case "exact":
		return func(_ context.Context, answer, original string) (float64, error) {
			return similarity.Exact(answer, original), nil
		}, nil
	case "chrf++":
		return similarity.ChrFPlusPlus, nil
	case "bleu":
		return similarity.BLEU, nil
	case "cosine":
		return a.cosine(ctx)
	}
	return similarity.ChrF, nil
}

// cosine returns the cosine of what an encoder makes of two texts.
func (a *Asking) cosine(ctx context.Context) (likeness, error) {
	encoder := Model{Name: a.Request.Encoder}
	if encoder.Name == "" {
		// Any encoder embeds; the built-in classifier is the one that is there
		// without a download.
		encoder.Name = builtin[Classify]
	}
	e, err := open(ctx, a.models, "embed", encoder, 0, model.NewEmbedder)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, answer, original string) (float64, error) {
		v, err := e.Embed(ctx, answer, original)
		if err != nil {
			return 0, err
		}
		return similarity.Cosine(v[0], v[1]), nil
	}, nil
}
