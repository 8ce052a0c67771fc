package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// The groups of flags, as help shows them.
const (
	groupWhat   = "what to explain"
	groupHow    = "how to explain it"
	groupOutput = "what to print"
	groupRun    = "running"
)

// A choice is a flag that takes one of a few words.
type choice struct {
	*cli.StringFlag
	values []string
}

// newChoice returns a flag whose default is the first of its values.
func newChoice(group, name, placeholder, use string, values ...string) choice {
	f := &cli.StringFlag{Name: name, Category: group, Usage: "`" + placeholder + "` " + use, Value: values[0], EnvVars: environment(name)}
	f.Action = func(_ *cli.Context, value string) error {
		if slices.Contains(values, value) {
			return nil
		}
		e := usage("--%s %q is none of %s", name, value, strings.Join(values, ", "))
		if near := request.Nearest(value, values); near != "" {
			return e.or("did you mean --%s %s?", name, near)
		}
		return e
	}
	return choice{f, values}
}

func words(group, name, placeholder, use string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Category: group, Usage: "`" + placeholder + "` " + use, EnvVars: environment(name)}
}

// several returns a flag that may be given several times. Each value is as typed.
func several(group, name, placeholder, use string) *cli.StringSliceFlag {
	return &cli.StringSliceFlag{Name: name, Category: group, Usage: "`" + placeholder + "` " + use, EnvVars: environment(name), KeepSpace: true}
}

// number returns a flag for a count, which is never negative.
func number(group, name, use string) *cli.IntFlag {
	return &cli.IntFlag{
		Name: name, Category: group, Usage: "`N` " + use, EnvVars: environment(name),
		Action: func(_ *cli.Context, n int) error {
			if n < 0 {
				return usage("--%s %d is negative", name, n)
			}
			return nil
		},
	}
}

func truth(group, name, use string) *cli.BoolFlag {
	return &cli.BoolFlag{Name: name, Category: group, Usage: use, EnvVars: environment(name)}
}

// environment returns the variable that stands in for a flag.
func environment(name string) []string {
	return []string{"EXPLAIN_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))}
}

// inputFlags say what is explained.
func inputFlags() []cli.Flag {
	return append([]cli.Flag{
		words(groupWhat, "prompt", "TEXT", "the text; without it --file or standard input is read"),
		words(groupWhat, "file", "FILE", "a file with the text"),
	}, modelFlags()...)
}

// modelFlags say which model is explained, and what of it.
func modelFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "model", "NAME", "a folder or org/name on the hub (default: built-in sentiment model)"),
		words(groupWhat, "class", "NAME", "the class, or all (default: the predicted one)"),
		newChoice(groupWhat, "scale", "SCALE", "log-odds, probability or logit", "log-odds", "probability", "logit"),
	}
}

// gameFlags say how a text becomes a game.
func gameFlags() []cli.Flag {
	mask := words(groupHow, "mask", "MASK", "replace, collapse, drop, hide, delete or infill (default: the model's mask, or drop)")
	return []cli.Flag{
		newChoice(groupHow, "unit", "UNIT", "word, subword, sentence or character", "word", "subword", "sentence", "character", "run"),
		mask,
		words(groupHow, "infill-model", "NAME", "with --mask infill: a masked language model of the same vocabulary"),
		number(groupHow, "infill-draws", "with --mask infill: texts to draw of each (default: 4)"),
		newChoice(groupHow, "long", "WAY", "with long texts: error, truncate or window", "error", "truncate", "window"),
		words(groupHow, "neutralize", "WORDS", "a list or file of words that are always masked"),
	}
}

// methodFlags say how a game is estimated.
func methodFlags() []cli.Flag {
	return []cli.Flag{
		newChoice(groupHow, "method", "METHOD", strings.Join(request.Methods(), ", "), request.Methods()...),
		words(groupHow, "index", "INDEX", "SV, BV, SII, k-SII, STII, … (default: the method's)"),
		number(groupHow, "order", "players in a term at most, of interactions (default: 2)"),
		number(groupHow, "budget", "coalitions to value at most (default: by number of players)"),
		maxErrorFlag(),
		number(groupHow, "stable-top", "stop once the N leading players are sure, at 95 %"),
		seedFlag(),
	}
}

func seedFlag() *cli.Uint64Flag {
	return &cli.Uint64Flag{Name: "seed", Category: groupHow, Usage: "`N` of all random choices", Value: 1, EnvVars: environment("seed")}
}

func maxErrorFlag() *cli.Float64Flag {
	const name = "max-error"
	return &cli.Float64Flag{
		Name: name, Category: groupHow, EnvVars: environment(name),
		Usage: "`X` stop once no error is over X of the spread, as in 0.05",
		Action: func(_ *cli.Context, v float64) error {
			if !(v >= 0 && v < 1) {
				return usage("--%s %v is no share between 0 and 1", name, v)
			}
			return nil
		},
	}
}

// outputFlags say what is printed; formats are those a command has.
func outputFlags(formats ...string) []cli.Flag {
	return []cli.Flag{
		newChoice(groupOutput, "format", "FORMAT", strings.Join(formats, ", "), formats...),
		words(groupOutput, "output", "FILE", "write there; its extension tells the format"),
		newChoice(groupOutput, "sort", "ORDER", "text or score, the strongest first", "text", "score"),
		number(groupOutput, "top", "print only the N strongest; json has all"),
	}
}

// runFlags say how the program runs.
func runFlags(more ...cli.Flag) []cli.Flag {
	return append(more,
		truth(groupRun, "quiet", "no progress bar"),
		truth(groupRun, "verbose", "tell each step, on standard error"),
	)
}

// batchFlags say how a model runs.
func batchFlags() []cli.Flag {
	return []cli.Flag{
		newChoice(groupRun, "precision", "TYPE", "of the model's numbers: float32, int8 or bfloat16", "float32", "int8", "bfloat16"),
		number(groupRun, "threads", "threads of the model (default: all processors)"),
		number(groupRun, "batch", "coalitions scored at a time (default: as suits the model)"),
	}
}
