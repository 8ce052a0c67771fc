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
// came about. Outputs that do not fit into the width are left out, and a note
// says so.
func Table(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	rows := rows(x, o)
	columns, outputs := lay(x, rows, o)
	var b strings.Builder
	fmt.Fprintln(&b, wrap(headline(x), o.width()))
	for _, line := range values(x, outputs) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
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

// grid writes columns as a table. The library is told to leave the cells as
// they are, and to measure them alike whatever the locale.
func grid(w io.Writer, columns []column, style tw.Renderer) error {
	align := tw.CellAlignment{}
	head := make([]string, len(columns))
	rows := make([][]string, len(columns[0].cells))
	for i, c := range columns {
		head[i] = c.head
		a := tw.AlignLeft
		if c.right {
			a = tw.AlignRight
		}
		align.PerColumn = append(align.PerColumn, a)
		for r, s := range c.cells {
			rows[r] = append(rows[r], s)
		}
	}
	var b strings.Builder
	t := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(style),
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithHeaderAlignmentConfig(align),
		tablewriter.WithRowAlignmentConfig(align),
	)
	t.Header(head)
	if err := t.Bulk(rows); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	if err := t.Render(); err != nil {
		return fmt.Errorf("render: %w", err)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}
