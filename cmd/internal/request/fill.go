package request

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
)

// A Filling is a text with masks, and the words that a model puts there.
type Filling struct {
	Request Request
	Model   *model.Filler
	Text    string            // with the model's own masks
	Masks   [][]model.Filling // of each mask, the likeliest first; nil before the model has filled them

	models *Models
}

// Filling opens the model of a request of task Fill.
func (r Request) Filling(ctx context.Context, models *Models) (*Filling, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	m, err := open(ctx, models, "fill", r.model(), 0, model.NewFiller)
	if err != nil {
		return nil, err
	}
	f := &Filling{Request: r, Model: m, models: models}
	f.Text, err = withMask(m, r.Text)
	return f, err
}

// Fill has the model fill the masks.
func (f *Filling) Fill(ctx context.Context) (err error) {
	o := model.FillOptions{Words: f.Request.Words}
	if f.Request.Among != "" {
		o.Targets = strings.Split(f.Request.Among, ",")
	}
	f.Masks, err = f.Model.Fill(ctx, f.Text, o)
	return badText(err)
}

// withMask returns the text with the model's own mask wherever one of the usual
// spellings stands.
func withMask(m *model.Filler, text string) (string, error) {
	id, _ := m.MaskID()
	own := m.Tokenizer().Token(id)
	// BERT's and RoBERTa's, so that a prompt need not change with the model.
	for _, mask := range []string{"[MASK]", "<mask>"} {
		text = strings.ReplaceAll(text, mask, own)
	}
	if !strings.Contains(text, own) {
		return "", fault("text", "the text has no %s", own).or("put it where a word is to be found: {text} %q", fmt.Sprintf("A %s film.", own))
	}
	return text, nil
}

// Run returns the run of the word that the request names, or of the likeliest for
// the first mask.
func (f *Filling) Run(ctx context.Context) (*Run, error) {
	if f.Masks == nil {
		if err := f.Fill(ctx); err != nil {
			return nil, err
		}
	}
	o, err := f.Request.placeOptions(ctx, f.models)
	if err != nil {
		return nil, err
	}
	part := f.Request.Part
	word := slices.IndexFunc(f.Masks[0], func(w model.Filling) bool { return part == "" || strings.TrimSpace(w.Word) == part })
	if word < 0 {
		return nil, fault("part", "%q is not among the words told", part).or("{words} N tells more of them, {among} %s only that", part)
	}
	e, err := f.Model.Tokenizer().Encode(f.Text)
	if err != nil {
		return nil, badText(err)
	}
	mask, _ := f.Model.MaskID()
	at := slices.Index(e.IDs, mask)
	// The mask is where the answer stands; as a player it would be masked by
	// itself.
	o.Keep = append(o.Keep, explain.Span(e.Spans[at]))
	return f.Request.run(o, f.Model, f.Text, f.Model.Word(len(e.IDs), at, f.Masks[0][word].ID))
}
