package flags

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// game returns the flags that say how the text of a classifier becomes a game.
func game() []cli.Flag {
	return append([]cli.Flag{unit(request.Classify)}, Masking()...)
}

// Masking returns the flags of a classifier that say how players are absent.
func Masking() []cli.Flag {
	return []cli.Flag{
		How.Text("mask", "MASK", "how absent players are masked: "+listed(append(request.Masks(), "infill"))+" (default: replace by the model's mask token, or drop)"),
		How.Text("infill-model", "NAME", "with --mask infill: the masked language model that fills in, of the same vocabulary"),
		How.Count("infill-draws", "with --mask infill: number of samples for each masked text (default: 4)"),
		How.Choice("long", "WAY", "what to do with texts over the model's maximum length", "error", "truncate", "window"),
		How.Text("neutralize", "WORDS", "words that are always masked: a list, a file with one on each line, or groups for those of audit"),
	}
}

// why returns the flags that say whether the answer of a task is explained, and how.
// The random choices are those of --seed, which is among the flags of the answer.
func why(task request.Task) []cli.Flag {
	return append([]cli.Flag{
		How.Bool("why", "explain the answer: which parts of the text led to it"),
		unit(task),
		How.Text("mask", "MASK", "how absent players are masked: "+listed(request.Masks())+" (default: replace by the model's mask token, or drop)"),
	}, methodWithoutSeed()...)
}

// parts returns the flags that say which parts of the prompt of task Ask are players.
func parts() []cli.Flag {
	mask := How.Text("mask", "MASK", "how absent parts are masked: delete, or rewrite:WORD to put WORD in their place")
	mask.Value = "delete"
	return []cli.Flag{
		unit(request.Ask),
		mask,
		How.Texts("keep", "TEXT", "a part of the prompt that is never masked, wherever it stands; may be given several times"),
	}
}

// unit offers what package request knows of a task, so that the two cannot differ.
func unit(task request.Task) cli.Flag {
	units, use := request.Units(task), "what a player is"
	if slices.Contains(units, "run") {
		use = "what a player is, a run being unbroken letters, as in LIME"
	}
	return How.Choice("unit", "UNIT", use, units...)
}

// setGame reads the file of --neutralize here, where paths may be opened; the
// request has words.
func setGame(c *cli.Context, g *request.Game) (err error) {
	set(c, "unit", c.String, &g.Unit)
	set(c, "mask", c.String, &g.Mask)
	set(c, "infill-model", c.String, &g.InfillModel)
	set(c, "infill-draws", c.Int, &g.InfillDraws)
	set(c, "long", c.String, &g.Long)
	set(c, "keep", c.StringSlice, &g.Keep)
	if given := c.String("neutralize"); given != "" {
		g.Neutralize, err = maskedWords(c.Context, given)
	}
	return err
}

// maskedWords returns the words that are to be masked always: of a list, of the
// lines of a file, or all words of the program's own groups.
func maskedWords(ctx context.Context, given string) ([]string, error) {
	if given == "groups" {
		return request.GroupWords(), nil
	}
	if info, err := os.Stat(given); err == nil && !info.IsDir() {
		text, err := ReadFile(ctx, given, request.MaxText)
		if err != nil {
			return nil, err
		}
		// A file has a word on each line, even if it has one line.
		given = string(text) + "\n"
		// What looks like a path and is no file is a mistake in it; taken for words it
		// would mask nothing, in silence.
	} else if strings.ContainsAny(given, "/\\") && !strings.Contains(given, "\n") {
		return nil, terminal.Usage("--neutralize: no file %s", given)
	}
	words := request.WordsOf(given)
	if len(words) == 0 {
		return nil, terminal.Usage("--neutralize names no words")
	}
	return words, nil
}
