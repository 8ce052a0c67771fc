package render

import (
	"io"
)

// A heatCell is a cell of a matrix as the template needs it.
type heatCell struct {
	Text     string
	Tip      string
	Strength float64
	Down     bool
	Missing  bool
}

type heatRow struct {
	Name  string
	Cells []heatCell
}

// html writes the matrix as a table of colored cells, whose numbers stand in
// them where all columns are few and on pointing or focus where they are many.
func (m Matrix) html(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	m = m.tidy()
	largest, _ := m.strongest()
	number := m.number()
	rows := make([]heatRow, len(m.Rows))
	for i, name := range m.Rows {
		rows[i].Name = name
		for j, v := range m.Values[i] {
			c := heatCell{Text: number(v), Strength: strengthOf(v, largest), Down: v < 0, Missing: !finite(v)}
			if c.Missing {
				c.Strength = 0
			}
			c.Tip = drawn(name) + " × " + drawn(m.Columns[j]) + ": " + c.Text
			rows[i].Cells = append(rows[i].Cells, c)
		}
	}
	return execute(w, "heat", struct {
		Matrix
		Views []heatRow
		Dense bool
	}{m, rows, len(m.Columns) > 16})
}
