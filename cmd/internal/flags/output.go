package flags

import (
	"io"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/output"
)

// Explanation returns the flags that say how an explanation is printed, in any of the
// formats but for those left out.
func Explanation(without ...string) []cli.Flag {
	return pictured(Formats(output.Formats(without...)...))
}

// Answers returns the flags that say how an answer is printed, and with --why its
// explanation; more are other formats of answers than text.
func Answers(more ...string) []cli.Flag {
	return pictured(Formats(slices.Concat([]string{"text"}, more, output.Formats("text", "table"))...))
}

// Finding returns the flags that say how a finding is printed, with or without a picture.
func Finding(picture bool) []cli.Flag {
	return formatAndFile(output.FindingFormats(picture)...)
}

// Formats returns the flags that say what is printed, in one of some formats.
func Formats(formats ...string) []cli.Flag {
	return append(formatAndFile(formats...),
		Print.Choice("sort", "ORDER", "order of the players: as in the text, or by score, the strongest first", "text", "score"),
		Print.Count("top", "print only the N strongest players; json has all"),
	)
}

func formatAndFile(formats ...string) []cli.Flag {
	return []cli.Flag{Format(formats...), File("the file to write, in the format of its extension (default: standard output)")}
}

// File returns the flag that names the file to write.
func File(use string) cli.Flag {
	file := Print.Text("output", "FILE", use)
	file.Aliases = []string{"o"}
	return file
}

// Format returns the flag that says in which of some formats is printed.
func Format(formats ...string) cli.Flag {
	return Print.Choice("format", "FORMAT", "format of the output", formats...)
}

// Font returns the flag that says how a png is written.
func Font() cli.Flag {
	return Print.Text("font", "FILE", "TrueType font for png (default: DejaVu Sans, without CJK)")
}

// pictured appends the flags of pictures to those of the output.
func pictured(flags []cli.Flag) []cli.Flag {
	return append(flags,
		Print.Choice("picture", "KIND", "kind of picture, for svg and png", "waterfall", "bar", "force", "heatmap"),
		Font(),
	)
}

// OutputOf returns the output that the flags ask for.
func OutputOf(c *cli.Context, stdout io.Writer) output.Output {
	o := output.Output{
		Stdout: stdout, Format: c.String("format"), File: c.String("output"), Picture: c.String("picture"), Font: c.String("font"),
		Top: c.Int("top"), Free: !c.IsSet("sort") && !c.IsSet("top"),
	}
	// --format, where it is given, is stronger than the name of the file.
	if format := output.FormatOf(o.File); !c.IsSet("format") && slices.Contains(formatsOf(c), format) {
		o.Format = format
	}
	o.ByScore = c.String("sort") == "score"
	return o
}

// formatsOf returns the formats that a command has.
func formatsOf(c *cli.Context) []string {
	for _, f := range c.Command.Flags {
		if formats, ok := f.(choice); ok && formats.Name == "format" {
			return formats.values
		}
	}
	return nil
}
