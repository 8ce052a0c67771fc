package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

// A finding is a result that is not an explanation: paragraphs and tables for
// people, and the same as data for programs.
type finding struct {
	title string
	parts []part
	data  any           // as JSON has it
	long  render.Sheet  // as CSV has it, with all digits; the first table where it has no heads
	chart *render.Chart // as SVG, and on a page first; nil where there is none
	facts []render.Fact // where the numbers come from, on a page
}

// A part of a finding is a table, or a paragraph where it has no heads. It may
// have a block that only a page can show.
type part struct {
	text  string // the paragraph, or what the table is called
	sheet render.Sheet
	block render.Block
}

func (f *finding) say(format string, args ...any) {
	f.parts = append(f.parts, part{text: fmt.Sprintf(format, args...)})
}

func (f *finding) table(title string, s render.Sheet) {
	if len(s.Rows) > 0 {
		f.parts = append(f.parts, part{text: title, sheet: s})
	}
}

// show adds what only a page can show.
func (f *finding) show(title string, b render.Block) {
	f.parts = append(f.parts, part{text: title, block: b})
}

// publish writes a finding in one piece, in the format that the output says.
func (p *program) publish(o output, f *finding) error {
	var b bytes.Buffer
	var err error
	switch o.format {
	case "json":
		err = encodeJSON(&b, f.data)
	case "csv":
		err = f.csv(&b)
	case "markdown":
		err = f.markdown(&b)
	case "html":
		err = f.html(&b)
	case "svg":
		err = f.svg(&b)
	default:
		options := render.Options{}
		if o.file == "" {
			options = optionsOf(p.stdout)
		}
		err = f.terminal(&b, options)
	}
	if err != nil {
		return err
	}
	return p.deliver(o.file, b.Bytes())
}

func (f *finding) terminal(w io.Writer, o render.Options) error {
	parts := slices.DeleteFunc(append([]part{{text: f.title}}, f.parts...), part.onlyPage)
	for i, part := range parts {
		if i > 0 && (len(part.sheet.Heads) > 0 || len(parts[i-1].sheet.Heads) > 0) {
			fmt.Fprintln(w)
		}
		if part.text != "" {
			if err := render.Wrapped(w, part.text, o); err != nil {
				return err
			}
		}
		if len(part.sheet.Heads) > 0 {
			if err := part.sheet.Terminal(w, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *finding) markdown(w io.Writer) error {
	fmt.Fprintf(w, "## %s\n", render.Escape(f.title))
	for _, part := range f.parts {
		switch {
		case part.onlyPage():
			continue
		case len(part.sheet.Heads) == 0:
			fmt.Fprintf(w, "\n%s\n", render.Escape(part.text))
			continue
		case part.text != "":
			fmt.Fprintf(w, "\n### %s\n", render.Escape(part.text))
		}
		fmt.Fprintln(w)
		if err := part.sheet.Markdown(w); err != nil {
			return err
		}
	}
	return nil
}

func (p part) onlyPage() bool { return p.block != nil }

// html writes a page: paragraphs first, then a section for every table and block.
func (f *finding) html(w io.Writer) error {
	page := render.Page{Title: f.title, Facts: f.facts}
	for _, p := range f.parts {
		if len(p.sheet.Heads) == 0 && !p.onlyPage() {
			page.Lead = append(page.Lead, p.text)
		}
	}
	if f.chart != nil {
		picture, err := f.chart.Picture()
		if err != nil {
			return err
		}
		page.Sections = append(page.Sections, render.Section{Title: f.chart.Title, Blocks: []render.Block{render.Figure{Picture: picture}}})
	}
	for _, p := range f.parts {
		switch {
		case p.onlyPage():
			page.Sections = append(page.Sections, render.Section{Title: p.text, Blocks: []render.Block{p.block}})
		case len(p.sheet.Heads) > 0:
			page.Sections = append(page.Sections, render.Section{Title: cmp.Or(p.text, "Results"), Blocks: []render.Block{p.sheet.Sortable()}})
		}
	}
	return page.HTML(w)
}

func (f *finding) svg(w io.Writer) error {
	if f.chart == nil {
		return usage("there is no picture of this")
	}
	picture, err := f.chart.Picture()
	if err != nil {
		return err
	}
	return picture.SVG(w)
}

// csv writes one table: a file of CSV has room for no more.
func (f *finding) csv(w io.Writer) error {
	if len(f.long.Heads) > 0 {
		return f.long.CSV(w)
	}
	for _, part := range f.parts {
		if len(part.sheet.Heads) > 0 {
			return part.sheet.CSV(w)
		}
	}
	return nil
}

// short writes a number with about three digits; one that is not defined is a
// dash, and what rounding leaves of zero is zero.
func short(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case a < 1e-9:
		return "0.000"
	case a >= 1000 || a < 0.0005 && a > 0:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// exactly writes all digits of a number, nothing where it is not defined.
func exactly(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// signed is short with its sign always.
func signed(v float64) string {
	if v > 0 {
		return "+" + short(v)
	}
	return short(v)
}

// embedded is an explanation as render.JSON writes it, null where it cannot.
func embedded(x *explain.Explanation) json.RawMessage {
	var b bytes.Buffer
	if err := render.JSON(&b, x); err != nil {
		return json.RawMessage("null")
	}
	return b.Bytes()
}
