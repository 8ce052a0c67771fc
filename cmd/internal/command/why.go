package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// whyFlags say whether an answer is explained, and how. The random choices are
// those of --seed, which a command may have for its answer already.
func whyFlags(task request.Task) []cli.Flag {
	units := request.Units(task)
	flags := []cli.Flag{
		truth(groupHow, "why", "explain the answer: which parts of the text made it"),
		newChoice(groupHow, "unit", "UNIT", list(units), units...),
		words(groupHow, "mask", "MASK", "replace, collapse, drop, hide or delete (default: the model's mask, or drop)"),
	}
	return append(flags, slices.DeleteFunc(methodFlags(), func(f cli.Flag) bool { return f.Names()[0] == "seed" })...)
}

// whyFormats say how an answer is printed, and with --why its explanation; more
// are other formats of answers.
func whyFormats(more ...string) []cli.Flag {
	formats := append([]string{"text"}, more...)
	return pictured(outputFlags(append(formats, "waterfall", "heatmap", "json", "csv", "markdown", "html", "svg", "png")...))
}

// promptFlags say which parts a prompt has.
func promptFlags() []cli.Flag {
	return []cli.Flag{
		words(groupWhat, "template", "TEXT", `a prompt with {fields}, or a file: "Facts: {fact} Answer:"`),
		several(groupWhat, "set", "FIELD=TEXT", "of the template, or FIELD=@FILE; may be given several times"),
		several(groupWhat, "keep", "FIELD", "that --why never masks; may be given several times"),
	}
}

// fileText returns the text of a file, without the line end that files have.
func fileText(c *cli.Context, name string) (string, error) {
	data, err := readFile(c.Context, name)
	return strings.TrimSuffix(strings.TrimSuffix(data, "\n"), "\r"), err
}

// writtenFlags say what of a written answer is explained.
func writtenFlags() []cli.Flag {
	return []cli.Flag{
		newChoice(groupHow, "explain", "WHAT", "each of the answer's tokens, the whole answer, its log-odds or probability, the next token, or the change of it: tokens, answer, log-odds, probability, next or change",
			request.Views()...),
		words(groupHow, "part", "TEXT", "the part of the answer that is explained (default: all)"),
		words(groupHow, "answer", "TEXT", "explain this answer instead of the model's own"),
		words(groupHow, "against", "TEXT", "why the answer and not this one"),
	}
}
