package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter/renderer"
)

// A Sheet is a table of results that are no explanation: words in the first
// columns, numbers in the others. Every row has a cell for each head.
type Sheet struct {
	Heads []string
	Words int // so many columns, the first, are words, aligned to the left
	Rows  [][]string
}

// Terminal writes the sheet for a terminal or a plain text file. Where it is too
// wide, words are cut, the widest column first.
func (s Sheet) Terminal(w io.Writer, o Options) error {
	columns := s.columns(cell)
	for cut := total(columns) - o.width(); cut > 0; cut = total(columns) - o.width() {
		widest := 0
		for i := range columns[:s.Words] {
			if columns[i].width() > columns[widest].width() {
				widest = i
			}
		}
		const least = 12
		to := max(least, columns[widest].width()-cut)
		if to >= columns[widest].width() {
			break
		}
		for i, c := range columns[widest].cells {
			columns[widest].cells[i] = fit(c, to)
		}
		columns[widest].head = fit(columns[widest].head, to)
	}
	return grid(w, columns, plain())
}

// Markdown writes the sheet in GitHub's Markdown; whatever would be markup is escaped.
func (s Sheet) Markdown(w io.Writer) error {
	return grid(w, s.columns(func(text string) string { return escape(cell(text)) }), renderer.NewMarkdown())
}

// CSV writes the sheet with its heads as the first line. A cell that a
// spreadsheet would take for a formula, unless it is a number, stands behind an
// apostrophe.
func (s Sheet) CSV(w io.Writer) error {
	lines := [][]string{s.Heads}
	for _, row := range s.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			if line[i] = c; i < s.Words {
				line[i] = inert(c)
			}
		}
		lines = append(lines, line)
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// Sortable returns the sheet as a block of a [Page]. Its numbers are read back
// from the first word of their cell for sorting.
func (s Sheet) Sortable() DataTable {
	var t DataTable
	for i, head := range s.Heads {
		t.Columns = append(t.Columns, Column{Name: head, Numeric: i >= s.Words})
	}
	for _, row := range s.Rows {
		cells := make([]Cell, len(row))
		for i, text := range row {
			first, _, _ := strings.Cut(text, " ")
			v, err := strconv.ParseFloat(first, 64)
			if err != nil {
				v = math.NaN()
			}
			cells[i] = Cell{text, v}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// columns returns the sheet by its columns, the cells made clean.
func (s Sheet) columns(clean func(string) string) []column {
	columns := make([]column, len(s.Heads))
	for i, head := range s.Heads {
		columns[i] = column{head: clean(head), right: i >= s.Words}
		for _, row := range s.Rows {
			columns[i].cells = append(columns[i].cells, clean(row[i]))
		}
	}
	return columns
}

// width returns the width of the widest cell.
func (c *column) width() int { return total([]column{*c}) - gap }

// Wrapped writes a paragraph in lines that fit the options' width.
func Wrapped(w io.Writer, paragraph string, o Options) error {
	_, err := fmt.Fprintln(w, wrap(inline(paragraph), o.width()))
	return err
}

// Escape returns text for Markdown: on one line, and whatever would be markup escaped.
func Escape(text string) string { return escape(inline(text)) }
