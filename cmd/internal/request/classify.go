package request

import (
	"context"
	"errors"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A Classification is a classifier, and how any text that it reads becomes a run.
type Classification struct {
	Request Request
	Model   *model.Classifier
	// Share, where it is not nil, returns a target that scores as another does,
	// together with other texts, so that batches are full.
	Share   func(text.Target) text.Target
	Options text.Options // how texts become games
}

// Classification opens the model of a request of task Classify.
func (r Request) Classification(ctx context.Context, models *Models) (*Classification, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	m, err := open(ctx, models, "classify", r.model(), 0, model.NewClassifier)
	if err != nil {
		return nil, err
	}
	c := &Classification{Request: r, Model: m}
	if c.Options, err = r.options(ctx, models); err != nil {
		return nil, err
	}
	if r.Class != "" {
		_, err = c.Target(r.Class)
	}
	return c, err
}

// Redrawn returns the same of a model whose weights are drawn at random, by a seed
// that is not zero.
func (c *Classification) Redrawn(ctx context.Context, models *Models, seed uint64) (*Classification, error) {
	m, err := open(ctx, models, "classify", c.Request.model(), seed, model.NewClassifier)
	if err != nil {
		return nil, err
	}
	other := *c
	other.Model = m
	return &other, nil
}

// Run returns the run of a text.
func (c *Classification) Run(ctx context.Context, words string) (*Run, error) {
	game, err := c.Game(ctx, words)
	if err != nil {
		return nil, err
	}
	return c.Request.NewRun(game)
}

// Game returns the game of a text.
func (c *Classification) Game(ctx context.Context, words string) (*text.Game, error) {
	o, class := c.Options, c.Request.Class
	// An explanation tells the model's answer, too. A game would ask for it by
	// itself; asked for here it is in a batch with other texts.
	if class == "" || c.Share != nil {
		var err error
		if o.Classes, err = o.Classify(ctx, asked{c.Model, c}, words); err != nil {
			return nil, badText(err)
		}
	}
	if class == "" {
		class = likeliest(o.Classes, c.Model.Labels()[0])
	}
	target, err := c.Target(class)
	if err != nil {
		return nil, err
	}
	g, err := o.NewGame(c.Model, words, c.shared(target))
	if err != nil {
		return nil, badText(err)
	}
	return g, nil
}

// shared is t where nothing is shared, as in a command that explains one text.
func (c *Classification) shared(t text.Target) text.Target {
	if c.Share == nil {
		return t
	}
	return c.Share(t)
}

// asked is a classifier whose answers are scored as its targets are.
type asked struct {
	*model.Classifier
	of *Classification
}

// Answers returns what tells the classes of a text.
func (a asked) Answers() text.Target { return a.of.shared(a.Probability()) }

// Prediction returns the class that the model finds likeliest for a text of which
// words are masked.
func (c *Classification) Prediction(ctx context.Context, words string, muted []string) (string, error) {
	o := c.Options
	o.Muted = muted
	answer, err := o.Classify(ctx, asked{c.Model, c}, words)
	if err != nil {
		return "", badText(err)
	}
	return likeliest(answer, c.Model.Labels()[0]), nil
}

// Target returns what is explained of a class, or of all.
func (c *Classification) Target(class string) (text.Target, error) {
	labels := c.Model.Labels()
	var classes []string
	// A model may have a class of that name, and then means it.
	if class != "all" || slices.Contains(labels, "all") {
		if _, err := c.Model.Label(class); err != nil {
			e := fault("class", "%v", err)
			if near := Nearest(class, labels); near != "" {
				e = e.or("did you mean {class} %s?", near)
			}
			return nil, e
		}
		classes = []string{class}
	}
	switch c.Request.ScaleName() {
	case "probability":
		return c.Model.Probability(classes...), nil
	case "logit":
		return c.Model.Logit(classes...), nil
	}
	return c.Model.LogOdds(classes...), nil
}

// likeliest returns the class of the largest probability, or first where the model
// gives none.
func likeliest(answer []explain.ClassScore, first string) string {
	if len(answer) == 0 {
		return first
	}
	return slices.MaxFunc(answer, func(a, b explain.ClassScore) int {
		switch {
		case a.Probability > b.Probability:
			return 1
		case a.Probability < b.Probability:
			return -1
		}
		return 0
	}).Class
}

// badText says what to do about a text that the model cannot read.
func badText(err error) error {
	var long *text.LimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &long):
		return fault("text", "the text has %d tokens, the model reads at most %d", long.Tokens, long.Limit).
			or("{long} truncate cuts it, {long} window reads it in parts")
	// Nobody's fault: whoever set the deadline knows what it means.
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return fault("text", "%v", err)
}
