package render

import (
	"fmt"
	"io"
	"strconv"
)

// A dataTable is a table that can be sorted by each of its columns.
type dataTable struct {
	Caption string
	Columns []tableColumn
	Rows    [][]tableCell // with a cell for each column
}

// A tableColumn is the head of a column.
type tableColumn struct {
	Name    string
	Numeric bool // sorted by tableCell.Number and aligned to the right
	Bar     bool // shows tableCell.Number as a bar from zero in place of the text
}

// A tableCell is an entry of a table.
type tableCell struct {
	Text   string
	Number float64 // where the column is numeric; NaN where unknown
}

// A cellView is a cell as the template needs it.
type cellView struct {
	tableCell
	tableColumn
	Key        string  // to sort by
	From, To   float64 // the bar, in percent of its place
	Zero       float64
	Head, Down bool
}

// html gives each cell a key to sort by, with all digits of its number: what is
// shown is rounded.
func (t dataTable) html(w io.Writer) error {
	rows := make([][]cellView, len(t.Rows))
	axes := make([]axis, len(t.Columns))
	for j := range t.Columns {
		// Zero is on every axis, since bars begin there.
		values := []float64{0}
		for i, row := range t.Rows {
			if len(row) != len(t.Columns) {
				return fmt.Errorf("render: table %q: %d cells in row %d of %d columns", t.Caption, len(row), i, len(t.Columns))
			}
			values = append(values, row[j].Number)
		}
		axes[j] = newAxis(0, 100, values...)
	}
	for i, row := range t.Rows {
		for j, c := range row {
			v := cellView{tableCell: c, tableColumn: t.Columns[j], Head: j == firstWords(t.Columns), Down: c.Number < 0}
			if v.Numeric || v.Bar {
				v.Key = strconv.FormatFloat(c.Number, 'g', -1, 64)
			}
			if v.Bar {
				v.Zero, v.From, v.To = axes[j].at(0), axes[j].at(min(c.Number, 0)), axes[j].at(max(c.Number, 0))
			}
			rows[i] = append(rows[i], v)
		}
	}
	return execute(w, "table", struct {
		dataTable
		Views [][]cellView
	}{t, rows})
}

// firstWords returns the first column of words: it names the rows.
func firstWords(columns []tableColumn) int {
	for j, c := range columns {
		if !c.Numeric && !c.Bar {
			return j
		}
	}
	return 0
}
