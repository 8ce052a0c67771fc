package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
	"github.com/whence-xai/whence/model/atomicfile"
)

// An output is where an explanation goes, and how.
type output struct {
	format string
	file   string // "" for standard output
	kind   string // of the picture, where the format is one
	font   string // file of the font that it is written in; "" for the built-in one
	sort   render.Order
	top    int
	free   bool // neither sort nor top was asked for
}

// mostTerms is how many terms of an explanation with interactions are shown in a
// table where nothing else is asked for.
const mostTerms = 20

// extensions are the formats that the name of a file tells.
var extensions = map[string]string{
	".json": "json", ".csv": "csv", ".md": "markdown", ".html": "html", ".htm": "html", ".svg": "svg", ".png": "png",
}

// explanationFlags say how an explanation is printed: in any of the formats, but
// for those left out.
func explanationFlags(without ...string) []cli.Flag {
	formats := []string{"table", "text", "waterfall", "heatmap", "json", "csv", "markdown", "html", "svg", "png"}
	formats = slices.DeleteFunc(formats, func(f string) bool { return slices.Contains(without, f) })
	return pictured(outputFlags(formats...))
}

// pictured appends the flags of pictures to those of the output.
func pictured(flags []cli.Flag) []cli.Flag {
	return append(flags,
		newChoice(groupOutput, "picture", "KIND", "of svg and png: waterfall, bar, force or heatmap", "waterfall", "bar", "force", "heatmap"),
		fontFlag(),
	)
}

func fontFlag() cli.Flag {
	return words(groupOutput, "font", "FILE", "TrueType font for png (default: DejaVu Sans, without CJK)")
}

// newOutput reads the flags of the output.
func newOutput(c *cli.Context) output {
	o := output{
		format: c.String("format"), file: c.String("output"), kind: c.String("picture"), font: c.String("font"),
		top: c.Int("top"), free: !c.IsSet("sort") && !c.IsSet("top"),
	}
	if format, ok := extensions[strings.ToLower(filepath.Ext(o.file))]; ok && !c.IsSet("format") && knows(c, format) {
		o.format = format
	}
	if c.String("sort") == "score" {
		o.sort = render.ByScore
	}
	return o
}

// knows reports whether a command has a format.
func knows(c *cli.Context, format string) bool {
	return slices.ContainsFunc(c.Command.Flags, func(f cli.Flag) bool {
		formats, ok := f.(choice)
		return ok && formats.Name == "format" && slices.Contains(formats.values, format)
	})
}

// print renders x, and how it compares with the truth where that is known, and
// writes it in one piece.
func (p *program) print(o output, x *explain.Explanation, compared ...comparison) error {
	var b bytes.Buffer
	if err := o.render(&b, p.stdout, x); err != nil {
		return err
	}
	for _, c := range compared {
		if err := c.add(&b, o.format); err != nil {
			return err
		}
	}
	return p.deliver(o.file, b.Bytes())
}

// deliver writes a result in one piece to a file, or to standard output where
// that is "".
func (p *program) deliver(file string, result []byte) error {
	write := func(w io.Writer) error {
		_, err := w.Write(result)
		return err
	}
	if file == "" {
		return write(p.stdout)
	}
	return writeFile(file, write)
}

// writeFile writes a file whole or not at all, by a function.
func writeFile(name string, write func(io.Writer) error) error {
	if err := atomicfile.Write(name, write); err != nil {
		return &outputError{err: fmt.Errorf("output %s: %w", name, reason(err))}
	}
	return nil
}

// encodeJSON writes x as people can read it.
func encodeJSON(w io.Writer, x any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(x)
}

// finish prints x, where there is one, and returns the error that came with it.
func (p *program) finish(o output, x *explain.Explanation, err error) error {
	if x == nil {
		return err
	}
	return errors.Join(err, p.print(o, x))
}

// render writes x to b; stdout is the terminal, perhaps, on which it will show.
func (o output) render(b io.Writer, stdout io.Writer, x *explain.Explanation) error {
	options := render.Options{Sort: o.sort, Top: o.top}
	if x.Order > 1 && o.free && (o.format == "table" || o.format == "markdown") {
		options.Sort, options.Top = render.ByScore, mostTerms
	}
	if o.file == "" {
		terminal := optionsOf(stdout)
		options.Width, options.Colors = terminal.Width, terminal.Colors
	}
	switch o.format {
	case "json":
		return render.JSON(b, x)
	case "csv":
		return render.CSV(b, x, options)
	case "markdown":
		return render.Markdown(b, x, options)
	case "text":
		return render.Text(b, x, options)
	case "waterfall":
		return render.TerminalWaterfall(b, x, options)
	case "heatmap":
		return o.heatMap(b, x, options)
	case "html":
		return render.HTML(b, x, options)
	case "svg", "png":
		p, err := o.pictureOf(x, options)
		if err != nil {
			return err
		}
		return o.encode(b, stdout, p)
	}
	if len(x.Subject.Pieces) > 1 {
		return render.Answer(b, x, options)
	}
	return render.Table(b, x, options)
}
