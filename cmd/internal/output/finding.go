package output

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/whence-xai/whence/cmd/internal/terminal"
	"github.com/whence-xai/whence/explain/render"
)

// A Finding is a result that is not an explanation: paragraphs and tables for
// people, and the same as data for programs.
type Finding struct {
	Title string
	Data  any           // as JSON has it
	Long  render.Sheet  // as CSV has it, with all digits; the first table where it has no heads
	Chart *render.Chart // as SVG, and on a page first; nil where there is none
	Facts []render.Fact // where the numbers come from, on a page
	parts []part        // what Say, Table and Show added
}

// A part of a finding is a table, or a paragraph where it has no heads. It may
// have a block that only a page can show.
type part struct {
	text  string // the paragraph, or what the table is called
	sheet render.Sheet
	block render.Block
}

// Say adds a paragraph.
func (f *Finding) Say(format string, args ...any) {
	f.parts = append(f.parts, part{text: fmt.Sprintf(format, args...)})
}

// Table adds a table, unless it has no rows.
func (f *Finding) Table(title string, s render.Sheet) {
	if len(s.Rows) > 0 {
		f.parts = append(f.parts, part{text: title, sheet: s})
	}
}

// Show adds what only a page can show.
func (f *Finding) Show(title string, b render.Block) {
	f.parts = append(f.parts, part{text: title, block: b})
}

// A findingFormat is a way to write a finding.
type findingFormat struct {
	name  string
	write func(f *Finding, w io.Writer, o render.Options) error
}

// findingFormats returns all formats of a finding, the default first.
func findingFormats() []findingFormat {
	return []findingFormat{
		{"table", (*Finding).terminal},
		{"json", func(f *Finding, w io.Writer, _ render.Options) error { return JSON(w, f.Data) }},
		{"csv", (*Finding).csv},
		{"markdown", (*Finding).markdown},
		{"html", (*Finding).html},
		{"svg", (*Finding).svg},
	}
}

// FindingFormats returns the names of the formats of a finding, the default first,
// with or without a picture.
func FindingFormats(picture bool) []string {
	var names []string
	for _, f := range findingFormats() {
		if picture || f.name != "svg" {
			names = append(names, f.name)
		}
	}
	return names
}

// Finding writes a finding in one piece.
func (o Output) Finding(f *Finding) error {
	var b bytes.Buffer
	at := slices.IndexFunc(findingFormats(), func(one findingFormat) bool { return one.name == o.Format })
	if err := findingFormats()[max(0, at)].write(f, &b, o.Options()); err != nil {
		return err
	}
	return o.Deliver(b.Bytes())
}

// terminal writes the parts in their order, with an empty line before and after a
// table.
func (f *Finding) terminal(w io.Writer, o render.Options) error {
	parts := slices.DeleteFunc(append([]part{{text: f.Title}}, f.parts...), part.onlyPage)
	for i, part := range parts {
		if i > 0 && (len(part.sheet.Heads) > 0 || len(parts[i-1].sheet.Heads) > 0) {
			fmt.Fprintln(w)
		}
		if part.text != "" {
			if err := render.Prose(part.text).Terminal(w, o); err != nil {
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

// markdown escapes whatever is text: words of the explained texts are in it, and
// may hold markup.
func (f *Finding) markdown(w io.Writer, _ render.Options) error {
	fmt.Fprintf(w, "## %s\n", render.Prose(f.Title).Escaped())
	for _, part := range f.parts {
		switch {
		case part.onlyPage():
			continue
		case len(part.sheet.Heads) == 0:
			fmt.Fprintf(w, "\n%s\n", render.Prose(part.text).Escaped())
			continue
		case part.text != "":
			fmt.Fprintf(w, "\n### %s\n", render.Prose(part.text).Escaped())
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
func (f *Finding) html(w io.Writer, _ render.Options) error {
	page := render.Page{Title: f.Title, Facts: f.Facts}
	for _, p := range f.parts {
		if len(p.sheet.Heads) == 0 && !p.onlyPage() {
			page.Lead = append(page.Lead, p.text)
		}
	}
	if f.Chart != nil {
		page.Sections = append(page.Sections, render.Section{Title: f.Chart.Title, Blocks: []render.Block{*f.Chart}})
	}
	for _, p := range f.parts {
		switch {
		case p.onlyPage():
			page.Sections = append(page.Sections, render.Section{Title: p.text, Blocks: []render.Block{p.block}})
		case len(p.sheet.Heads) > 0:
			page.Sections = append(page.Sections, render.Section{Title: cmp.Or(p.text, "Results"), Blocks: []render.Block{p.sheet}})
		}
	}
	return page.HTML(w)
}

// svg writes the chart alone: an SVG has no place for tables.
func (f *Finding) svg(w io.Writer, _ render.Options) error {
	if f.Chart == nil {
		return terminal.Usage("there is no picture of this")
	}
	picture, err := f.Chart.Picture()
	if err != nil {
		return err
	}
	return picture.SVG(w)
}

// csv writes one table: a file of CSV has room for no more.
func (f *Finding) csv(w io.Writer, _ render.Options) error {
	if len(f.Long.Heads) > 0 {
		return f.Long.CSV(w)
	}
	for _, part := range f.parts {
		if len(part.sheet.Heads) > 0 {
			return part.sheet.CSV(w)
		}
	}
	return nil
}
