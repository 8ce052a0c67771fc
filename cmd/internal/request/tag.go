package request

import (
	"context"
	"slices"
	"strings"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/tokenizer"
)

// A Tagging is a text and the parts of it that a model has labeled.
type Tagging struct {
	Request  Request
	Model    *model.Tagger
	Entities []model.Entity // in the order of the text; nil before the model has labeled it

	models *Models
}

// Tagging opens the model of a request of task Tag.
func (r Request) Tagging(ctx context.Context, models *Models) (*Tagging, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	m, err := open(ctx, models, "tag", r.model(), 0, model.NewTagger)
	if err != nil {
		return nil, err
	}
	return &Tagging{Request: r, Model: m, models: models}, nil
}

// Label has the model label the text.
func (t *Tagging) Label(ctx context.Context) (err error) {
	t.Entities, err = t.Model.Tag(ctx, t.Request.Text, model.TagOptions{Aggregation: t.Request.Aggregation, Stride: t.Request.Stride})
	return badText(err)
}

// Run returns the run of the labeled part that the request names, or of the surest.
func (t *Tagging) Run(ctx context.Context) (*Run, error) {
	if t.Entities == nil {
		if err := t.Label(ctx); err != nil {
			return nil, err
		}
	}
	o, err := t.Request.placeOptions(ctx, t.models)
	if err != nil {
		return nil, err
	}
	target, err := t.target(t.Request.Part)
	if err != nil {
		return nil, err
	}
	return t.Request.run(o, t.Model, t.Request.Text, target)
}

// target returns the log-odds of the label at the first token of a part.
func (t *Tagging) target(part string) (*model.Target, error) {
	var best *model.Entity
	for i, e := range t.Entities {
		if (part == "" || e.Text == part) && (best == nil || e.Score > best.Score) {
			best = &t.Entities[i]
		}
	}
	if best == nil {
		return nil, fault("part", "there is no labeled part %q to explain", part)
	}
	e, err := t.Model.Tokenizer().Encode(t.Request.Text)
	if err != nil {
		return nil, badText(err)
	}
	at := slices.IndexFunc(e.Spans, func(s tokenizer.Span) bool { return s.Start < best.Span.End && s.End > best.Span.Start })
	var labels []string
	for _, label := range t.Model.Labels() {
		// Aggregation has taken B- and I- off. Whether a part begins or goes on is
		// not what is explained, so the target is the log-odds of both together.
		if label == best.Label || strings.TrimLeft(label, "BI") == "-"+best.Label {
			labels = append(labels, label)
		}
	}
	return t.Model.Label(len(e.IDs), at, best.Text+": "+best.Label, labels...), nil
}
