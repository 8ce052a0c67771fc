package command

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A documentExplainer explains documents, several at a time.
type documentExplainer struct {
	c       *cli.Context
	model   *model.Classifier
	options text.Options
	batcher *text.Batcher
}

func newDocumentExplainer(c *cli.Context) (*documentExplainer, error) {
	options, err := gameOptions(c)
	if err != nil {
		return nil, err
	}
	if _, _, err := requested(c); err != nil {
		return nil, err
	}
	m, err := loadModel(c)
	if err != nil {
		return nil, err
	}
	e := &documentExplainer{c, m, options, &text.Batcher{}}
	if c.String("class") != "" {
		_, err = target(c, m, "", &options)
	}
	return e, err
}

// settings are what the rows depend on.
func (e *documentExplainer) settings(c *cli.Context) map[string]string {
	r := ran(c)
	r.Settings["version"] = r.Version
	r.Settings["model"] = e.model.Name()
	r.Settings["model-sha256"] = e.model.SHA256()
	r.Settings["neutralize"] = strings.Join(e.options.Muted, "\n") // the words, which a file may have named
	r.Settings["omit-text"] = strconv.FormatBool(c.Bool("omit-text"))
	return r.Settings
}

// A batched model is asked for its classes through a batcher.
type batched struct {
	*model.Classifier
	batcher *text.Batcher
}

// Answers returns the target of the probabilities of all classes.
func (b batched) Answers() text.Target { return b.batcher.Share(b.Probability()) }

// explain explains a document. The model is asked together with those that are
// explained at the same time.
func (e *documentExplainer) explain(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
	x, err := e.estimate(ctx, d)
	if err != nil && ctx.Err() == nil {
		return nil, errors.New(request.Plain(err))
	}
	return x, err
}

func (e *documentExplainer) estimate(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
	o := e.options
	var err error
	if o.Classes, err = o.Classify(ctx, batched{e.model, e.batcher}, d.Text); err != nil {
		return nil, badText(err)
	}
	t, err := target(e.c, e.model, d.Text, &o)
	if err != nil {
		return nil, err
	}
	game, err := o.NewGame(e.model, d.Text, e.batcher.Share(t))
	if err != nil {
		return nil, badText(err)
	}
	estimator, most, err := chosen(e.c, game.Players())
	if err != nil {
		return nil, err
	}
	return attempt(ctx, e.c, estimator, explain.Cache(game), most, false)
}
