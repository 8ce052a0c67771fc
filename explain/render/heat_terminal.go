package render

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Terminal writes the matrix as a heat map for a terminal. Cells have their
// numbers where a line has room for all of them, a dot for what rounds to zero; else each is a patch of two
// columns, of a stronger color or, without color, a denser shade, behind the
// sign where there are numbers below zero. What is too wide is broken into
// parts of fewer columns. Of the options Width and Colors play a part.
func (m Matrix) Terminal(w io.Writer, o Options) error {
	if err := m.check(); err != nil {
		return err
	}
	var b strings.Builder
	if m.Title != "" {
		fmt.Fprintln(&b, wrap(cell(m.Title), o.width()))
	}
	g := m.tidy().forTerminal(o)
	for lo := 0; lo < len(m.Columns); lo += g.columns {
		fmt.Fprintln(&b)
		g.part(&b, lo, min(lo+g.columns, len(m.Columns)))
	}
	fmt.Fprintf(&b, "\n%s\n", wrap(g.legend(), o.width()))
	_, err := io.WriteString(w, b.String())
	return err
}

// A heatGrid is the layout of a matrix on a terminal.
type heatGrid struct {
	Matrix
	colors   int
	largest  float64
	negative bool
	names    []string // of rows, cut
	stub     int      // width of the names
	cell     int      // width of a cell
	numbers  bool     // whether cells hold them
	columns  int      // columns in a part
	number   func(float64) string
}

// forTerminal tries the widest names with which all columns have room for their
// numbers; where none do, cells are patches.
func (m Matrix) forTerminal(o Options) heatGrid {
	g := heatGrid{Matrix: m, colors: o.Colors, number: m.number()}
	g.largest, g.negative = m.strongest()
	for _, row := range m.Values {
		for _, v := range row {
			g.cell = max(g.cell, width(g.number(v))+1)
		}
	}
	// Two columns go to the margin and the space behind the names.
	room := func(stub int) int { return max(2, o.width()-stub-2) }
	for _, stub := range []int{32, 16, 8} { // names are cut before numbers are given up
		g.name(min(stub, max(6, o.width()*2/5)))
		if g.numbers = g.cell*len(m.Columns) <= room(g.stub); g.numbers {
			break
		}
	}
	if !g.numbers {
		g.name(min(32, max(6, o.width()*2/5)))
		g.cell = 2
	}
	for _, s := range m.Columns {
		if wide := min(width(cell(s))+1, room(g.stub)/len(m.Columns), 16); g.numbers {
			g.cell = max(g.cell, wide)
		}
	}
	g.columns = max(1, min(len(m.Columns), room(g.stub)/g.cell))
	return g
}

// name cuts the names of rows to so many columns.
func (g *heatGrid) name(widest int) {
	g.names, g.stub = nil, 0
	for _, s := range g.Rows {
		name := fit(cell(s), widest)
		g.names, g.stub = append(g.names, name), max(g.stub, width(name))
	}
}

// part writes the columns from lo to hi, their names above them, upright where
// the columns are narrow.
func (g heatGrid) part(b *strings.Builder, lo, hi int) {
	for _, line := range g.heads(lo, hi) {
		fmt.Fprintln(b, strings.TrimRight(strings.Repeat(" ", g.stub+2)+line, " "))
	}
	for i, name := range g.names {
		line := " " + name + strings.Repeat(" ", g.stub-width(name)+1)
		for _, v := range g.Values[i][lo:hi] {
			line += g.patch(v)
		}
		fmt.Fprintln(b, strings.TrimRight(line, " "))
	}
}

// longestHead is how many lines the names of columns take at most.
const longestHead = 10

// heads returns the lines with the names of the columns from lo to hi.
func (g heatGrid) heads(lo, hi int) []string {
	if g.numbers {
		line := ""
		for _, s := range g.Columns[lo:hi] {
			s = fit(cell(s), g.cell-1)
			line += strings.Repeat(" ", g.cell-width(s)) + s
		}
		return []string{line}
	}
	tall := 0
	var names [][]string
	for _, s := range g.Columns[lo:hi] {
		letters := lettersOf(s)
		names, tall = append(names, letters), max(tall, len(letters))
	}
	lines := make([]string, tall)
	for _, letters := range names {
		for i := range lines {
			letter := ""
			// Upright names end at the same line, right above their columns.
			if at := i - (tall - len(letters)); at >= 0 {
				letter = fit(letters[at], g.cell)
			}
			lines[i] += letter + strings.Repeat(" ", max(0, g.cell-width(letter)))
		}
	}
	return lines
}

// lettersOf returns the letters of a name that is to stand upright, so many at most.
func lettersOf(name string) []string {
	var letters []string
	for it := displaywidth.StringGraphemes(strings.TrimSuffix(cell(name), string(leftToRight))); it.Next(); {
		if len(letters) == longestHead {
			letters[longestHead-1] = "…"
			break
		}
		letters = append(letters, it.Value())
	}
	return letters
}

// shades are fills of rising density.
var shades = []string{" ", "·", "░", "▒", "▓", "█"}

// patch returns a cell.
func (g heatGrid) patch(v float64) string {
	if !finite(v) {
		return strings.Repeat(" ", g.cell)
	}
	share := 0.0
	if g.largest > 0 {
		share = math.Abs(v) / g.largest
	}
	code := heatCode(v, share, g.colors)
	if !g.numbers {
		return painted(g.mark(v, share), code)
	}
	if g.colors < 256 { // sixteen colors are ink, which would tell less than the numbers do
		code = ""
	}
	number := g.number(v)
	if number == g.number(0) {
		number = "·"
	}
	return " " + painted(strings.Repeat(" ", max(0, g.cell-1-width(number)))+number, code)
}

// mark is a patch without a number: the sign and a shade, or on a colored
// ground the sign alone.
func (g heatGrid) mark(v, share float64) string {
	shade := shades[int(math.Round(share*float64(len(shades)-1)))]
	switch {
	// The sign stands where the score is strong enough for the text to be marked,
	// too: color alone must not tell it.
	case g.colors >= 256 && g.negative && share >= 1./12:
		return sign(v) + " "
	case g.colors >= 256:
		return "  "
	case g.negative && share >= 1./12:
		return sign(v) + shade
	case g.negative:
		return " " + shade
	}
	return shade + shade
}

// heatCode is the escape code of a patch.
func heatCode(v, share float64, colors int) string {
	lowers, raises := palettes(colors)
	p := raises
	if v < 0 {
		p = lowers
	}
	switch {
	case colors >= 1<<24:
		return gradient(v < 0, share)
	case colors >= 256:
		if level := int(math.Ceil(share*levels)) - 1; share >= 1./12 {
			return p.patch[level]
		}
		return ""
	}
	return p.bar
}

// gradient is a ground from white to orange or blue with ink that can be read on it.
func gradient(negative bool, share float64) string {
	end := [3]float64{20, 84, 150}
	if negative {
		end = [3]float64{160, 62, 0}
	}
	var c [3]uint8
	for i := range c {
		// The root lifts small shares off the white, where the eye tells them
		// apart.
		c[i] = uint8(255 + (end[i]-255)*math.Sqrt(share))
	}
	return rgb(c[0], c[1], c[2], share < .6)
}

// legend says what rows, columns and numbers are.
func (g heatGrid) legend() string {
	low := 0.0
	if g.negative {
		low = -g.largest
	}
	legend := strings.TrimSpace(fmt.Sprintf("%s %s to %s", cell(g.Unit), g.number(low), g.number(g.largest)))
	if g.RowsAre != "" && g.ColsAre != "" {
		legend = fmt.Sprintf("rows: %s; columns: %s; %s", cell(g.RowsAre), cell(g.ColsAre), legend)
	}
	return legend
}
