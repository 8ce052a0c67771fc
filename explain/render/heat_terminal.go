package render

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Terminal writes the matrix as a heat map for a terminal. Cells have their
// numbers where a line has room for all of them; else each is a patch of two
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
	g := m.tidy().grid(o)
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

func (m Matrix) grid(o Options) heatGrid {
	g := heatGrid{Matrix: m, colors: o.Colors, number: m.number()}
	g.largest, g.negative = m.strongest()
	for _, s := range m.Rows {
		name := fit(cell(s), max(6, min(o.width()*2/5, 32)))
		g.names = append(g.names, name)
		g.stub = max(g.stub, width(name))
	}
	for _, row := range m.Values {
		for _, v := range row {
			g.cell = max(g.cell, width(g.number(v))+1)
		}
	}
	room := max(2, o.width()-g.stub-2)
	if g.numbers = g.cell*len(m.Columns) <= room; !g.numbers {
		g.cell = 2
	}
	for _, s := range m.Columns {
		if wide := min(width(cell(s))+1, room/len(m.Columns), 16); g.numbers {
			g.cell = max(g.cell, wide)
		}
	}
	g.columns = max(1, min(len(m.Columns), room/g.cell))
	return g
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
	var letters [][]string
	for _, s := range g.Columns[lo:hi] {
		var graphemes []string
		for it := displaywidth.StringGraphemes(strings.TrimSpace(strings.TrimSuffix(cell(s), string(leftToRight)))); it.Next(); {
			if len(graphemes) == longestHead {
				graphemes[longestHead-1] = "…"
				break
			}
			graphemes = append(graphemes, it.Value())
		}
		letters = append(letters, graphemes)
		tall = max(tall, len(graphemes))
	}
	lines := make([]string, tall)
	for _, graphemes := range letters {
		for i := range lines {
			at := i - (tall - len(graphemes))
			letter := ""
			if at >= 0 {
				letter = fit(graphemes[at], g.cell)
			}
			lines[i] += letter + strings.Repeat(" ", max(0, g.cell-width(letter)))
		}
	}
	return lines
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
	text := g.number(v)
	text = strings.Repeat(" ", max(0, g.cell-1-width(text))) + text
	if !g.numbers {
		text = g.mark(v, share)
	} else if g.colors < 256 {
		return " " + text
	}
	if code := heatCode(v, share, g.colors); code != "" && g.numbers {
		return " " + painted(text, code)
	} else if code != "" {
		return painted(text, code)
	}
	return text
}

// mark is a patch without a number: the sign and a shade, or on a colored
// ground the sign alone.
func (g heatGrid) mark(v, share float64) string {
	shade := shades[int(math.Round(share*float64(len(shades)-1)))]
	switch {
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
		c[i] = uint8(255 + (end[i]-255)*math.Sqrt(share))
	}
	return rgb(c[0], c[1], c[2], share < .6)
}

func (g heatGrid) legend() string {
	parts := []string{}
	if g.RowsAre != "" && g.ColsAre != "" {
		parts = append(parts, fmt.Sprintf("rows: %s; columns: %s", cell(g.RowsAre), cell(g.ColsAre)))
	}
	low := 0.0
	if g.negative {
		low = -g.largest
	}
	scale := fmt.Sprintf("%s to %s", g.number(low), g.number(g.largest))
	if g.Unit != "" {
		scale = cell(g.Unit) + " " + scale
	}
	return strings.Join(slices.Concat(parts, []string{scale}), "; ")
}
