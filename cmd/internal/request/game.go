package request

import (
	"context"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
)

// Game is how a text becomes a game.
type Game struct {
	Unit        string   `json:"unit,omitempty" for:"classify generate translate answer tag fill ask"` // what a player is; empty for word
	Mask        string   `json:"mask,omitempty" for:"classify generate translate answer tag fill ask"` // how a player is absent; empty for the model's own way
	InfillModel string   `json:"infill_model,omitempty" for:"classify"`                                // with mask infill: the model that fills
	InfillDraws int      `json:"infill_draws,omitempty" for:"classify"`                                // with mask infill: texts to draw of each
	Long        string   `json:"long,omitempty" for:"classify"`                                        // with texts over the model's limit: error, truncate or window
	Keep        []string `json:"keep,omitempty" for:"generate ask"`                                    // fields, of Ask texts, that are never masked
	Neutralize  []string `json:"neutralize,omitempty" for:"classify"`                                  // words that are always masked
}

// Masks returns the ways for a player to be absent that ask no other model.
func Masks() []string { return []string{"replace", "collapse", "drop", "hide", "delete"} }

const infill = "infill" // the mask that asks a model

// validate parses what options will parse again: a request is told all its faults
// before a model is opened, which may take minutes.
func (g Game) validate(f *faults) {
	switch {
	case g.Mask == infill && g.InfillModel == "":
		f.add(fault("mask", "{mask} infill needs a model that fills").
			or("{infill_model} names one of the same vocabulary, as the one that the model was made from"))
	case g.Mask != "" && g.Mask != infill:
		if _, err := text.ParseMasker(g.Mask); err != nil {
			f.add(fault("mask", "%v", err))
		}
	}
	if g.Long != "" {
		if _, err := text.ParseLong(g.Long); err != nil {
			f.add(fault("long", "%v", err))
		}
	}
	f.count("infill_draws", g.InfillDraws)
	f.few("keep", len(g.Keep))
	f.few("neutralize", len(g.Neutralize))
}

// options returns how a text becomes a game, for a request that is valid; a masker
// that fills in opens its model.
func (r Request) options(ctx context.Context, models *Models) (o text.Options, err error) {
	o.Muted, o.Batch = r.Neutralize, models.Batch
	if r.Unit != "" {
		if o.Unit, err = unit.Parse(r.Unit); err != nil {
			return o, fault("unit", "%v", err)
		}
	}
	if r.Long != "" {
		if o.Long, err = text.ParseLong(r.Long); err != nil {
			return o, fault("long", "%v", err)
		}
	}
	switch r.Mask {
	case "":
	case infill:
		m, err := open(ctx, models, "fill", Model{Name: r.InfillModel, Precision: r.Precision}, 0, model.NewFiller)
		if err != nil {
			return o, err
		}
		o.Masker = text.Infill{Model: m, Draws: r.InfillDraws, Seed: r.RandomSeed()}
	default:
		if o.Masker, err = text.ParseMasker(r.Mask); err != nil {
			return o, fault("mask", "%v", err)
		}
	}
	return o, nil
}
