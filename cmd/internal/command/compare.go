package command

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric/stability"
)

func (p *program) compareCommand() *cli.Command {
	return p.command("compare", helpCompare, p.compare, flags.Input(request.Classify, ""), flags.Model(), flags.Method(), flags.Game(),
		[]cli.Flag{
			flags.What.Text("methods", "A,B,…", "methods to compare"),
			flags.What.Text("masks", "A,B,…", "masks to compare, as in replace,drop,hide"),
			flags.What.Count("seeds", "number of seeds to compare, the first of which is --seed"),
			flags.What.Text("models", "A,B,…", "models to compare; built-in for the built-in one"),
		},
		flags.Finding(false), flags.Batches())
}

// A variant is one way to explain a text, and what came of it. Scores and errors
// are those of the players of the first variant, NaN where it has no such player.
type variant struct {
	name         string
	x            *explain.Explanation
	scores, errs []float64
}

// An axis is the flag in which variants differ.
type axis struct {
	flag   string
	values []string
}

// compare explains one text in several ways and tells how far they agree.
func (p *program) compare(c *cli.Context) error {
	if err := flags.NoArguments(c); err != nil {
		return err
	}
	a, err := axisOf(c)
	if err != nil {
		return err
	}
	r, err := flags.RequestOf(c, request.Classify, p.stdin)
	if err != nil {
		return err
	}
	step, done := p.terminal.Count("explanations", len(a.values))
	defer done()
	v := &versus{program: p, request: r, axis: a.flag}
	v.open = func(r request.Request) (*bench, error) { return p.newBench(c, r) }
	for _, value := range a.values {
		if err := v.add(c.Context, value); err != nil {
			return fmt.Errorf("%s %s: %w", a.flag, value, err)
		}
		step(1)
	}
	return flags.OutputOf(c, p.stdout).Finding(v.finding(a))
}

// axisOf returns the one axis that the flags name.
func axisOf(c *cli.Context) (axis, error) {
	var found []axis
	for _, flag := range []string{"method", "mask", "model"} {
		if list := c.String(flag + "s"); list != "" {
			found = append(found, axis{flag, strings.Split(list, ",")})
		}
	}
	if n := c.Int("seeds"); n > 0 {
		a := axis{flag: "seed"}
		for i := range n {
			a.values = append(a.values, fmt.Sprint(c.Uint64("seed")+uint64(i)))
		}
		found = append(found, a)
	}
	switch {
	case len(found) == 0:
		return axis{}, terminal.Usage("nothing to compare").Or("--masks replace,drop,hide, or --methods, --seeds, --models")
	case len(found) > 1:
		return axis{}, terminal.Usage("--%ss and --%ss are given: one of them at a time", found[0].flag, found[1].flag)
	case len(found[0].values) < 2:
		return axis{}, terminal.Usage("--%ss names one: it takes two to compare", found[0].flag)
	}
	a := found[0]
	for i, value := range a.values {
		a.values[i] = strings.TrimSpace(value)
		if a.flag == "method" && !slices.Contains(request.Methods(), value) {
			e := terminal.Usage("--methods: %q is none of %s", value, strings.Join(request.Methods(), ", "))
			if near := request.Nearest(value, request.Methods()); near != "" {
				e = e.Or("did you mean %s?", near)
			}
			return a, e
		}
	}
	return a, nil
}

// A versus is a comparison under way. Variants of one model and masker share
// what is known of their game.
type versus struct {
	*program
	request  request.Request
	axis     string // the flag in which variants differ
	open     func(r request.Request) (*bench, error)
	bench    *bench
	pool     *explain.Pool
	class    string // that the first variant explains
	variants []variant
}

// variant returns the request with another value of the axis.
func (v *versus) variant(value string) (r request.Request, err error) {
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

// add explains the text with a value of the axis.
func (v *versus) add(ctx context.Context, value string) error {
	if err := v.prepare(ctx, value); err != nil {
		return err
	}
	x, err := v.bench.explain(ctx, v.pool)
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
func (v *versus) name(value string) string {
	short := filepath.Base(value)
	if v.axis != "model" || slices.ContainsFunc(v.variants, func(o variant) bool { return o.name == short }) {
		return value
	}
	return short
}

// builtIn names the built-in model in a list of models.
const builtIn = "built-in"

// prepare makes the game that a variant needs, or keeps the one before.
func (v *versus) prepare(ctx context.Context, value string) error {
	r, err := v.variant(value)
	if err != nil {
		return err
	}
	switch {
	case v.bench == nil || v.axis == "model":
		v.bench, err = v.open(r)
		v.pool = nil
	default:
		v.bench.Classification, err = r.Classification(ctx, v.bench.models)
	}
	if err != nil {
		return flags.Faults(err)
	}
	if v.class != "" && (r.Class == "" || v.axis == "model") {
		v.bench.Request.Class = v.class
		if _, err := v.bench.Model.Label(v.class); err != nil {
			v.bench.Request.Class = "" // the class that this model predicts
		}
	}
	if v.pool != nil && v.axis != "mask" {
		return nil
	}
	game, err := v.bench.game(ctx, r.Text)
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
		if pair.A >= 0 && pair.B >= 0 && first.Players[pair.A].Text == x.Players[pair.B].Text {
			t := x.Attributions()[pair.B]
			scores[pair.A], errs[pair.A] = t.Score[0], t.Err[0]
		}
	}
	return scores, errs
}

const helpCompare = `Explains one text in several ways and tells how far they agree: methods, masks,
seeds or models side by side, with rank agreement and what differs by more than
the standard errors allow. This shows how much an explanation depends on choices
that have nothing to do with the model.

usage:
  explain compare --masks A,B,… [flags] --prompt TEXT
  explain compare --methods A,B,… [flags] --prompt TEXT
  explain compare --seeds N [flags] --prompt TEXT
  explain compare --models A,B,… [flags] --prompt TEXT

examples:
  explain compare --masks replace,drop,hide --prompt "not bad at all"
  explain compare --methods bayes,kernel,lime --budget 200 --file review.txt
  explain compare --seeds 5 --method svarm --prompt "a gripping, funny film"
`
