package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/whence-xai/whence/explain"
)

// Table writes the explanation for a terminal or a plain text file: what the
// model said, a row for every term with a bar around zero, and how the scores
// came about. Pairs of up to twelve players stand in a matrix first, if it fits.
// Outputs that do not fit into the width are left out, and a note
// says so.
func Table(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	rows := rows(x, o)
	// The layout comes first: the lines above the table tell only of outputs that
	// fit into it.
	columns, outputs := lay(x, rows, o)
	var b strings.Builder
	fmt.Fprintln(&b, wrap(headline(x), o.width()))
	for _, line := range values(x, outputs) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
	matrices(&b, x, outputs, o)
	if len(rows) > 0 {
		fmt.Fprintln(&b)
		if err := grid(&b, columns, plain()); err != nil {
			return err
		}
	}
	fmt.Fprintln(&b)
	for _, line := range footer(x, rows, outputs) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Markdown writes what [Table] writes, all outputs and no bars, in GitHub's
// Markdown. Whatever in a text would be markup is escaped. Width and Colors of
// the options play no part.
func Markdown(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	rows := rows(x, o)
	// Markdown has no width to fit: nothing is cut.
	columns := wordColumns(x, rows, 1<<20)
	outputs := byValue(x)
	slices.Sort(outputs)
	for _, k := range outputs {
		columns = append(columns, numberColumns(x, rows, k)...)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n", escape(headline(x)))
	for _, line := range values(x, outputs) {
		fmt.Fprintf(&b, "- %s\n", escape(line))
	}
	if len(rows) > 0 {
		fmt.Fprintln(&b)
		for _, c := range columns {
			for i, s := range c.cells {
				c.cells[i] = escape(s)
			}
		}
		if err := grid(&b, columns, renderer.NewMarkdown()); err != nil {
			return err
		}
	}
	for _, line := range footer(x, rows, outputs) {
		fmt.Fprintf(&b, "\n%s\n", escape(line))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain draws a table with space between its columns and a rule under its head.
func plain() tw.Renderer {
	return renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbolCustom("plain").WithRow("─").WithColumn(" ").WithCenter("─"),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowHeaderLine: tw.On},
		},
	})
}

// grid writes columns as a table. The library lays out stand-ins as wide as the
// cells, since it measures emoji, flags and, by locale, much else otherwise than
// terminals do.
func grid(w io.Writer, columns []column, style tw.Renderer) error {
	align := tw.CellAlignment{}
	lines := make([][]string, 1+len(columns[0].cells)) // the head, then the rows
	for _, c := range columns {
		a := tw.AlignLeft
		if c.right {
			a = tw.AlignRight
		}
		align.PerColumn = append(align.PerColumn, a)
		lines[0] = append(lines[0], c.head)
		for r, s := range c.cells {
			lines[1+r] = append(lines[1+r], s)
		}
	}
	var b strings.Builder
	t := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(style),
		tablewriter.WithEastAsian(tw.Off), // whatever the locale
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignmentConfig(align),
		tablewriter.WithRowAlignmentConfig(align),
	)
	t.Header(standIns(lines[0]))
	for _, line := range lines[1:] {
		if err := t.Append(standIns(line)); err != nil {
			return fmt.Errorf("render: %w", err)
		}
	}
	if err := t.Render(); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	for line := range strings.Lines(fillIn(b.String(), slices.Concat(lines...))) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// standIn stands for a column of a cell; tables are drawn with other characters.
const standIn = 'x'

// standIns are one character for each column that a cell takes on a terminal.
func standIns(cells []string) []string {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = strings.Repeat(string(standIn), width(s))
	}
	return out
}

// fillIn puts cells in the places of their stand-ins, in order.
func fillIn(table string, cells []string) string {
	// An empty cell has no stand-in to be found.
	cells = slices.DeleteFunc(cells, func(s string) bool { return width(s) == 0 })
	var b strings.Builder
	inside := false
	for _, r := range table {
		switch {
		case r != standIn:
			b.WriteRune(r)
		case !inside:
			b.WriteString(cells[0])
			cells = cells[1:]
		}
		inside = r == standIn
	}
	return b.String()
}
