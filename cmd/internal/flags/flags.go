// Package flags is the command line: which flags there are, with their environment
// variables, help and completion, and what request they make. A file holds the flags
// of a part of the request, and below them what puts their values into it.
//
// Flags are read once, where a command begins, into typed values: nothing outside this
// package and package command knows one by its name.
package flags

import (
	"math"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// A Group is a heading of help. Its methods make the flags that stand under it: each
// takes its name, what help calls its value, and what it does.
type Group string

// The groups of flags, in the order in which help has them.
const (
	What   Group = "what to explain"
	Answer Group = "how the model answers"
	How    Group = "how to explain it"
	Print  Group = "what to print"
	Run    Group = "running"
)

// environment returns the variable that stands in for a flag.
func environment(name string) []string {
	return []string{"EXPLAIN_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))}
}

// Text returns a flag for a text.
func (g Group) Text(name, placeholder, use string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Category: string(g), Usage: "`" + placeholder + "` " + use, EnvVars: environment(name)}
}

// Texts returns a flag that may be given several times. Each value is as typed.
func (g Group) Texts(name, placeholder, use string) *cli.StringSliceFlag {
	return &cli.StringSliceFlag{Name: name, Category: string(g), Usage: "`" + placeholder + "` " + use, EnvVars: environment(name), KeepSpace: true}
}

// Count returns a flag for a number of things, which is never negative.
func (g Group) Count(name, use string) *cli.IntFlag {
	return &cli.IntFlag{
		Name: name, Category: string(g), Usage: "`N` " + use, EnvVars: environment(name),
		Action: func(_ *cli.Context, n int) error {
			if n < 0 {
				return terminal.Usage("--%s %d is negative", name, n)
			}
			return nil
		},
	}
}

// Number returns a flag for a number, whole or not.
func (g Group) Number(name, use string) *cli.Float64Flag {
	return &cli.Float64Flag{
		Name: name, Category: string(g), Usage: "`X` " + use, EnvVars: environment(name),
		Action: func(_ *cli.Context, x float64) error {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return terminal.Usage("--%s %v is no number", name, x)
			}
			return nil
		},
	}
}

// Bool returns a flag that is given or not.
func (g Group) Bool(name, use string) *cli.BoolFlag {
	return &cli.BoolFlag{Name: name, Category: string(g), Usage: use, EnvVars: environment(name)}
}

// Seed returns the flag of the seed of all random choices.
func (g Group) Seed() cli.Flag {
	return &cli.Uint64Flag{Name: "seed", Category: string(g), Usage: "`N` seed of all random choices", Value: 1, EnvVars: environment("seed")}
}

// A choice is a flag that takes one of a few words.
type choice struct {
	*cli.StringFlag
	values []string
}

// Values returns the words that it takes.
func (c choice) Values() []string { return c.values }

// Choice returns a flag that takes one of some values, the first of which is the
// default. Help lists them behind what the flag does.
func (g Group) Choice(name, placeholder, use string, values ...string) cli.Flag {
	f := g.Text(name, placeholder, use+": "+listed(values))
	f.Value = values[0]
	f.Action = func(_ *cli.Context, value string) error {
		if slices.Contains(values, value) {
			return nil
		}
		e := terminal.Usage("--%s %q is none of %s", name, value, strings.Join(values, ", "))
		if near := request.Nearest(value, values); near != "" {
			return e.Or("did you mean --%s %s?", name, near)
		}
		return e
	}
	return choice{f, values}
}

// Common appends the flags that every command has which does more than print.
func Common(more ...cli.Flag) []cli.Flag {
	return append(more,
		Run.Bool("quiet", "no progress bar"),
		Run.Bool("verbose", "tell each step and how long it took, on standard error"),
	)
}

// listed joins names for help: "a, b or c".
func listed(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// set puts the value of a flag that was given, on the command line or by its
// variable, where it belongs.
// A flag that was not given must not write its default, or a request would no
// longer tell what was asked for from what goes without saying.
func set[T any](c *cli.Context, flag string, value func(string) T, to *T) {
	if c.IsSet(flag) {
		*to = value(flag)
	}
}

// setPointer is set where zero says something else than nothing.
func setPointer[T any](c *cli.Context, flag string, value func(string) T, to **T) {
	if c.IsSet(flag) {
		*to = new(value(flag))
	}
}
