package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/flags"
	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

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

// compareCommand names its flags by the plural of those that they vary; axisOf
// rests on that.
func (p *program) compareCommand() *cli.Command {
	return p.command("compare", helpCompare, p.compare, flags.Task(request.Classify, ""),
		[]cli.Flag{
			flags.What.Text("methods", "A,B,…", "methods to compare"),
			flags.What.Text("masks", "A,B,…", "masks to compare, as in replace,drop,hide"),
			flags.What.Count("seeds", "number of seeds to compare, the first of which is --seed"),
			flags.What.Text("models", "A,B,…", "models to compare; built-in for the built-in one"),
		},
		flags.Finding(false), flags.Batches())
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
	v := &comparing{program: p, request: r, axis: a.flag}
	v.open = func(r request.Request) (*explainer, error) { return p.newExplainer(c, r) }
	// All of them before the first is explained, so that nothing is computed in vain.
	requests := make([]request.Request, len(a.values))
	for i, value := range a.values {
		if requests[i], err = v.variant(value); err != nil {
			return fmt.Errorf("%s %s: %w", a.flag, value, err)
		}
	}
	step, done := p.terminal.Count("explanations", len(a.values))
	defer done()
	for i, value := range a.values {
		if err := v.add(c.Context, value, requests[i]); err != nil {
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
		// Seeds count up from --seed, so that the first of them is the run without
		// --seeds.
		for i := range n {
			a.values = append(a.values, fmt.Sprint(c.Uint64("seed")+uint64(i)))
		}
		found = append(found, a)
	}
	switch {
	case len(found) == 0:
		return axis{}, terminal.Usage("nothing to compare").Or("--masks replace,drop,hide, or --methods, --seeds, --models")
	// One axis at a time: with two the differences could not be told apart by their
	// cause.
	case len(found) > 1:
		return axis{}, terminal.Usage("--%ss and --%ss are given: one of them at a time", found[0].flag, found[1].flag)
	case len(found[0].values) < 2:
		return axis{}, terminal.Usage("--%ss names one: it takes two to compare", found[0].flag)
	}
	a := found[0]
	for i, value := range a.values {
		value = strings.TrimSpace(value)
		a.values[i] = value
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
