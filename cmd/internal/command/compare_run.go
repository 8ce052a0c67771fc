package command

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric/stability"
)

// A variant is one way to explain a text, and what came of it. Scores and errors
// are those of the players of the first variant, NaN where it has no such player.
type variant struct {
	name         string
	x            *explain.Explanation
	scores, errs []float64
}

// A comparing is a comparison under way. Variants of one model and masker share
// what is known of their game.
type comparing struct {
	*program
	request   request.Request
	axis      string // the flag in which variants differ
	open      func(r request.Request) (*explainer, error)
	explainer *explainer
	pool      *explain.Pool
	class     string // that the first variant explains
	variants  []variant
}

// variant returns the request with another value of the axis.
func (v *comparing) variant(value string) (r request.Request, err error) {
	r = v.request
	switch v.axis {
	case "method":
		r.Method.Name = value
	case "mask":
		r.Mask = value
	case "model":
		if r.Model.Name = value; value == builtIn {
			r.Model.Name = ""
		}
	case "seed":
		seed, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return r, terminal.Usage("--seeds: %w", err)
		}
		r.Seed = &seed
	}
	return r, flags.Faults(r.Validate())
}

// add explains the text with a value of the axis, as the variant of the request says.
func (v *comparing) add(ctx context.Context, value string, r request.Request) error {
	if err := v.prepare(ctx, r); err != nil {
		return err
	}
	x, err := v.explainer.explain(ctx, v.pool)
	if err != nil {
		return err
	}
	if len(v.variants) == 0 {
		v.class = strings.Join(x.Outputs, ", ")
	}
	one := variant{name: v.name(value), x: x}
	first := x
	if len(v.variants) > 0 {
		first = v.variants[0].x
	}
	one.scores, one.errs = against(first, x)
	v.variants = append(v.variants, one)
	return nil
}

// name returns what a variant is called: of a model the last part of its folder's
// name, if no other is called so.
func (v *comparing) name(value string) string {
	short := filepath.Base(value)
	if v.axis != "model" || slices.ContainsFunc(v.variants, func(o variant) bool { return o.name == short }) {
		return value
	}
	return short
}

// builtIn names the built-in model in a list of models.
const builtIn = "built-in"

// prepare makes the game that a variant needs, or keeps the one before.
func (v *comparing) prepare(ctx context.Context, r request.Request) (err error) {
	switch {
	case v.explainer == nil || v.axis == "model":
		v.explainer, err = v.open(r)
		v.pool = nil
	default:
		v.explainer.Classification, err = r.Classification(ctx, v.explainer.models)
	}
	if err != nil {
		return flags.Faults(err)
	}
	// Only scores of one and the same class can be compared. The first variant's
	// prediction is that of all; a model that does not know it by name explains its
	// own prediction, and the finding says so.
	if v.class != "" && (r.Class == "" || v.axis == "model") {
		v.explainer.Request.Class = v.class
		if _, err := v.explainer.Model.Label(v.class); err != nil {
			v.explainer.Request.Class = "" // the class that this model predicts
		}
	}
	// Another method or seed estimates on the same game, and a coalition that one
	// variant has valued costs the next nothing. Another mask makes another game.
	if v.pool != nil && v.axis != "mask" {
		return nil
	}
	game, err := v.explainer.game(ctx, r.Text)
	if err != nil {
		return err
	}
	if game.Players() == 0 {
		return terminal.Usage("the text has no players to compare the scores of")
	}
	v.pool = explain.Cache(game)
	return nil
}

// against returns the scores and errors of x for the players of first.
func against(first, x *explain.Explanation) (scores, errs []float64) {
	scores, errs = make([]float64, len(first.Players)), make([]float64, len(first.Players))
	for p := range scores {
		scores[p], errs[p] = math.NaN(), math.NaN()
	}
	for _, pair := range stability.Align(first.Players, x.Players) {
		// Another model or mask may cut the text into other players; only equal
		// ones are compared.
		if pair.A >= 0 && pair.B >= 0 && first.Players[pair.A].Text == x.Players[pair.B].Text {
			t := x.Attributions()[pair.B]
			scores[pair.A], errs[pair.A] = t.Score[0], t.Err[0]
		}
	}
	return scores, errs
}
