package output

import (
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

// A format is a way to write an explanation.
type format struct {
	name       string
	extensions []string // of files that are written so
	write      func(o Output, w io.Writer, x *explain.Explanation, options render.Options) error
}

// formats returns all formats of an explanation, the default first. Who adds one adds
// a line here and what writes it to package render.
func formats() []format {
	return []format{
		{"table", nil, table},
		{"text", nil, by(render.Text)},
		{"waterfall", nil, by(render.TerminalWaterfall)},
		{"heatmap", nil, heatMap},
		{"json", []string{".json"}, by(func(w io.Writer, x *explain.Explanation, _ render.Options) error { return render.JSON(w, x) })},
		{"csv", []string{".csv"}, by(render.CSV)},
		{"markdown", []string{".md"}, by(render.Markdown)},
		{"html", []string{".html", ".htm"}, by(render.HTML)},
		{"svg", []string{".svg"}, Output.picture},
		{"png", []string{".png"}, Output.picture},
	}
}

// by returns how a format is written that depends on nothing else of the output.
func by(write func(io.Writer, *explain.Explanation, render.Options) error) func(Output, io.Writer, *explain.Explanation, render.Options) error {
	return func(_ Output, w io.Writer, x *explain.Explanation, options render.Options) error {
		return write(w, x, options)
	}
}

// Formats returns the names of the formats of an explanation, the default first, but
// for those left out.
func Formats(without ...string) []string {
	var names []string
	for _, f := range formats() {
		if !slices.Contains(without, f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// FormatOf returns the format that the name of a file tells, "" where it tells none.
func FormatOf(file string) string {
	extension := strings.ToLower(filepath.Ext(file))
	for _, f := range formats() {
		if slices.Contains(f.extensions, extension) {
			return f.name
		}
	}
	return ""
}

// mostTerms is how many terms of an explanation with interactions are shown in a
// table where nothing else is asked for.
const mostTerms = 20

// render writes x to w in the format of the output.
func (o Output) render(w io.Writer, x *explain.Explanation) error {
	options := o.Options()
	options.ByScore, options.Top = o.ByScore, o.Top
	// n players have n(n−1)/2 pairs, more than anybody reads in the order of the
	// text.
	if x.Order > 1 && o.Free && (o.Format == "table" || o.Format == "markdown") {
		options.ByScore, options.Top = true, mostTerms
	}
	at := slices.IndexFunc(formats(), func(f format) bool { return f.name == o.Format })
	return formats()[max(0, at)].write(o, w, x, options)
}

// table writes a table, or of an answer of several pieces its text.
func table(_ Output, w io.Writer, x *explain.Explanation, options render.Options) error {
	if len(x.Subject.Pieces) > 1 {
		return render.Answer(w, x, options)
	}
	return render.Table(w, x, options)
}
