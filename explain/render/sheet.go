package render

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter/renderer"
)

// A Sheet is a table of results that are no explanation: words in the first
// columns, numbers in the others. Every row has a cell for each head.
type Sheet struct {
	Caption string // in a page
	Heads   []string
	Words   int // so many columns, the first, are words, aligned to the left
	Rows    [][]string
	Bar     bool // whether a page shows the numbers of the last column as bars from zero
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
		// Words cut shorter tell nothing; then the table is too wide, and the
		// terminal breaks it.
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

// html writes the sheet as a table that a reader can sort by each column: numbers
// by the first word of their cell.
func (s Sheet) html(w io.Writer) error {
	t := dataTable{Caption: s.Caption}
	for i, head := range s.Heads {
		bar := s.Bar && i == len(s.Heads)-1
		t.Columns = append(t.Columns, tableColumn{Name: head, Numeric: i >= s.Words && !bar, Bar: bar})
	}
	for _, row := range s.Rows {
		cells := make([]tableCell, len(row))
		for i, text := range row {
			first, _, _ := strings.Cut(text, " ")
			v, err := strconv.ParseFloat(first, 64)
			if err != nil {
				v = math.NaN()
			}
			cells[i] = tableCell{text, v}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t.html(w)
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
