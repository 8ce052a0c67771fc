package render

import (
	"math"
	"strings"
)

// A scale draws scores as bars that leave a common axis to the left where they
// lower the output and to the right where they raise it. Both sides have the
// same unit, so lengths compare; each is as wide as its longest bar needs.
type scale struct {
	left, right int     // columns on either side of the axis
	unit        float64 // score of a column
	colors      int
}

// newScale fits scores into so many columns, the axis included.
func newScale(scores []float64, columns, colors int) scale {
	low, high := 0.0, 0.0
	for _, v := range scores {
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	columns = max(columns-1, 2)
	s := scale{unit: (high - low) / float64(columns), colors: colors}
	if s.unit == 0 || math.IsInf(s.unit, 0) {
		return scale{colors: colors}
	}
	// Columns are whole, so one side may be rounded up at the cost of the other;
	// the unit is then that of the side with less room, for both.
	s.left = int(math.Ceil(-low/s.unit - 1e-9))
	s.right = columns - s.left
	s.unit = max(-low/float64(max(s.left, 1)), high/float64(max(s.right, 1)))
	return s
}

// head says what the two sides mean.
func (s scale) head() string {
	against, with := "against", "for"
	if s.left < len(against) {
		against = ""
	}
	if s.right < len(with) {
		with = ""
	}
	return strings.Repeat(" ", s.left-len(against)) + against + "│" + with
}

// bar draws v, filled up to the axis but not beyond its own end. The unit of
// length is an eighth of a column. To the left Unicode has halves only: there
// eighths are drawn by exchanging ink and paper, where colors can be had.
func (s scale) bar(v float64) string {
	columns := 0.0
	if s.unit > 0 && !math.IsNaN(v) {
		// An infinite score has a bar to the end of its side.
		columns = min(max(v/s.unit, -float64(s.left)), float64(s.right))
	}
	lowers, raises := palettes(s.colors)
	if columns < 0 {
		return s.leftBar(-columns, lowers.bar) + "│"
	}
	return strings.Repeat(" ", s.left) + "│" + painted(s.rightBar(columns), raises.bar)
}

// The blocks from ▏ to █ (U+258F to U+2588) grow as their code points fall.
func (s scale) rightBar(columns float64) string {
	eighths := int(math.Round(columns * 8))
	bar := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		bar += string('█' + rune(8-rest)) // ▉ ▊ ▋ ▌ ▍ ▎ ▏
	}
	return bar
}

// leftBar has half columns where there are no colors: of the left blocks only ▐
// fills a cell from its right side.
func (s scale) leftBar(columns float64, color string) string {
	steps := 2
	if s.colors > 0 {
		steps = 8
	}
	length := int(math.Round(columns * float64(steps)))
	full, rest := length/steps, length%steps
	end := ""
	switch {
	case rest > 0 && steps == 2:
		end = "▐"
	case rest > 0:
		// Code 7 exchanges ink and paper: what the block leaves free at its right
		// is painted.
		end = painted(string('█'+rune(rest)), "7;"+color)
	}
	space := s.left - full - min(rest, 1)
	return strings.Repeat(" ", space) + end + painted(strings.Repeat("█", full), color)
}
