package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A Matrix is a table of numbers that is read by its pattern: interactions of
// pairs, the weights of an attention head, the credit that the words of an
// answer give to the parts of a prompt. It can be shown on a terminal, as a
// picture, in a page and as JSON.
type Matrix struct {
	Title   string
	Rows    []string // what each row is
	Columns []string // what each column is
	RowsAre string   // what rows are, as in "query"; may be empty
	ColsAre string   // what columns are, as in "key"
	Unit    string   // what a number is, as in "attention weight"
	// Values has a slice for each row, with a number for each column; NaN where
	// there is none. Where any is negative, numbers above and below zero are told
	// apart by sign and color. The strongest color is that of the largest
	// absolute number.
	Values [][]float64
}

// mostInHeatMap is how many players a heat map of pairs has at most.
const mostInHeatMap = 64

// maxCells bounds what a matrix that is shown may hold.
const maxCells = 1 << 20

// check returns what makes m impossible to show.
func (m Matrix) check() error {
	if len(m.Values) != len(m.Rows) {
		return fmt.Errorf("render: matrix %q: %d rows of values for %d names", m.Title, len(m.Values), len(m.Rows))
	}
	if len(m.Rows) == 0 || len(m.Columns) == 0 {
		return fmt.Errorf("render: matrix %q is empty", m.Title)
	}
	// A division, since the product may overflow.
	if len(m.Rows) > maxCells/len(m.Columns) {
		return fmt.Errorf("render: matrix %q: %d × %d cells are more than can be shown", m.Title, len(m.Rows), len(m.Columns))
	}
	for i, row := range m.Values {
		if len(row) != len(m.Columns) {
			return fmt.Errorf("render: matrix %q: %d values in row %d of %d columns", m.Title, len(row), i, len(m.Columns))
		}
	}
	return nil
}

// tidy returns m with names that can be read: tokens of models begin with spaces
// that mean little to people, unless there is nothing else.
func (m Matrix) tidy() Matrix {
	name := func(s string) string {
		if trimmed := strings.Trim(s, " "); trimmed != "" || s == "" {
			return trimmed
		}
		return "␣"
	}
	m.Rows, m.Columns = each(m.Rows, name), each(m.Columns, name)
	return m
}

// strongest returns the largest absolute number of m, and whether any number is
// below zero.
func (m Matrix) strongest() (largest float64, negative bool) {
	for _, row := range m.Values {
		for _, v := range row {
			if finite(v) {
				largest, negative = max(largest, math.Abs(v)), negative || v < 0
			}
		}
	}
	return largest, negative
}

// number returns how the numbers of m are written.
func (m Matrix) number() func(float64) string {
	largest, negative := m.strongest()
	f := formatFor(largest)
	// A digit less than in a table: cells are narrow, and colors tell the rest.
	if f.decimals > 0 {
		f.decimals = max(0, f.decimals-1)
	}
	return func(v float64) string {
		switch {
		case math.IsNaN(v):
			return ""
		case negative:
			return f.signed(v)
		}
		return f.unsigned(v)
	}
}

// described says in words where the numbers are largest.
func (m Matrix) described() string {
	type place struct{ row, col int }
	var places []place
	for i, row := range m.Values {
		for j, v := range row {
			if finite(v) && v != 0 {
				places = append(places, place{i, j})
			}
		}
	}
	at := func(p place) float64 { return m.Values[p.row][p.col] }
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(math.Abs(at(b)), math.Abs(at(a))) })
	number := m.number()
	var largest []string
	for _, p := range places[:min(5, len(places))] {
		largest = append(largest, fmt.Sprintf("%s × %s %s", cell(m.Rows[p.row]), cell(m.Columns[p.col]), number(at(p))))
	}
	return fmt.Sprintf("%d rows and %d columns. Largest: %s", len(m.Rows), len(m.Columns), strings.Join(largest, ", "))
}

// JSON writes the matrix as an object of title, rows, columns, unit and values;
// a number that is missing is null.
func (m Matrix) JSON(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	b, err := json.Marshal(struct {
		Title   string               `json:"title"`
		Rows    []string             `json:"rows"`
		Columns []string             `json:"columns"`
		Unit    string               `json:"unit"`
		Values  [][]jsonfloat.Number `json:"values"`
	}{m.Title, m.Rows, m.Columns, m.Unit, each(m.Values, jsonfloat.Numbers)})
	if err != nil {
		return fmt.Errorf("render: %w", err)
	}
	_, err = w.Write(append(ascii(b), '\n'))
	return err
}

// MatrixOf returns what a heat map of an explanation shows: pairs of players for output
// k, or where it has none, players by outputs.
func MatrixOf(x *explain.Explanation, k int) Matrix {
	if x.Order > 1 {
		return pairsOf(x, k)
	}
	return byOutput(x)
}

// pairsOf returns the scores of an output of order two as a square of players,
// with single scores on the diagonal: of all players, or of the 64 with the
// strongest terms.
func pairsOf(x *explain.Explanation, k int) Matrix {
	m := Matrix{Title: "Pairs: " + quantity(x, k), RowsAre: wordsHead(x), ColsAre: wordsHead(x), Unit: "score"}
	players := mainPlayers(x, k, mostInHeatMap)
	if n := len(x.Players); len(players) < n {
		m.Title += fmt.Sprintf(" (%d of %d players)", len(players), n)
	}
	at := map[int]int{}
	for i, p := range players {
		at[p] = i
		name := label(x, explain.Term{Players: []int{p}})
		m.Rows = append(m.Rows, name)
		// Over a narrow column "player 12" would be cut to the same letters as all
		// others.
		if x.Players[p].Text == "" {
			name = strconv.Itoa(p)
		}
		m.Columns = append(m.Columns, name)
		m.Values = append(m.Values, slices.Repeat([]float64{math.NaN()}, len(players)))
	}
	for _, t := range x.Terms {
		if n := len(t.Players); n == 1 || n == 2 {
			a, ok := at[t.Players[0]]
			b, also := at[t.Players[n-1]]
			if ok && also {
				// An interaction has no direction, so the square is symmetric; of a
				// single player a is b.
				m.Values[a][b], m.Values[b][a] = t.Score[k], t.Score[k]
			}
		}
	}
	return m
}

// mainPlayers returns the players with the strongest terms of an output, so many
// at most, in their order.
func mainPlayers(x *explain.Explanation, k, most int) []int {
	strength := make([]float64, len(x.Players))
	players := make([]int, len(x.Players))
	for i := range players {
		players[i] = i
	}
	for _, t := range x.Terms {
		for _, p := range t.Players {
			strength[p] = max(strength[p], math.Abs(t.Score[k]))
		}
	}
	slices.SortStableFunc(players, func(a, b int) int { return cmp.Compare(strength[b], strength[a]) })
	players = players[:min(most, len(players))]
	slices.Sort(players)
	return players
}

// top returns m with no more than so many rows: those with the largest numbers.
func (m Matrix) top(most int) Matrix {
	if len(m.Rows) <= most {
		return m
	}
	order := make([]int, len(m.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(strength(explain.Term{Score: m.Values[b]}), strength(explain.Term{Score: m.Values[a]}))
	})
	order = order[:most]
	slices.Sort(order)
	part := m
	part.Title += fmt.Sprintf(" (%d of %d rows)", most, len(m.Rows))
	part.Rows = each(order, func(i int) string { return m.Rows[i] })
	part.Values = each(order, func(i int) []float64 { return m.Values[i] })
	return part
}

// byOutput returns the scores of all players for all outputs, as the pieces of
// an answer by the parts of a prompt: rows are players, columns outputs.
func byOutput(x *explain.Explanation) Matrix {
	m := Matrix{Title: "Scores of every output", RowsAre: wordsHead(x), ColsAre: "output", Unit: "score"}
	if x.Subject.Scale != "" {
		m.Unit = "score in " + x.Subject.Scale
	}
	if len(x.Subject.Pieces) > 0 {
		m.Title, m.ColsAre = "Where the answer comes from", "answer"
	}
	for k := range x.Full {
		m.Columns = append(m.Columns, output(x, k))
	}
	for _, t := range x.Attributions() {
		m.Rows = append(m.Rows, label(x, t))
		m.Values = append(m.Values, t.Score)
	}
	return m
}
