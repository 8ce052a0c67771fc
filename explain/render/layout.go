package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// A column of a table; its cells are clean.
type column struct {
	head  string
	right bool // aligned to the right
	cells []string
}

const (
	gap    = 2 // spaces that a column costs beside its own width
	minBar = 9 // a shorter bar is not worth its place
	maxBar = 41
)

// lay fits rows into o.Width and returns the columns and the outputs they show:
// words are cut to two fifths of the line, then the outputs with the smallest
// v(N) are left out, and bars take what space remains.
func lay(x *explain.Explanation, rows []row, o Options) (columns []column, outputs []int) {
	columns = wordColumns(x, rows, o.width()*2/5)
	if o.Colors > 0 {
		anchor(columns)
	}
	left := o.width() - total(columns)
	numbers := make([][]column, len(x.Full))
	for _, k := range byValue(x) {
		numbers[k] = numberColumns(x, rows, k)
		// One output is shown whatever the width: a table of names alone would tell
		// nothing.
		if cost := total(numbers[k]); cost <= left || len(outputs) == 0 {
			left -= cost
			outputs = append(outputs, k)
		}
	}
	slices.Sort(outputs)
	// What space is left is shared equally among the outputs.
	bar := min(left/max(1, len(outputs))-gap, maxBar)
	for _, k := range outputs {
		columns = append(columns, numbers[k]...)
		if bar >= minBar {
			columns = append(columns, bars(rows, k, bar, o.Colors))
		}
	}
	return columns, outputs
}

// byValue returns the outputs, the largest v(N) first.
func byValue(x *explain.Explanation) []int {
	outputs := make([]int, len(x.Full))
	for k := range outputs {
		outputs[k] = k
	}
	slices.SortStableFunc(outputs, func(a, b int) int { return cmp.Compare(x.Full[b], x.Full[a]) })
	return outputs
}

// total returns the width of a line of columns.
func total(columns []column) int {
	sum := 0
	for _, c := range columns {
		w := width(c.head)
		for _, s := range c.cells {
			w = max(w, width(s))
		}
		sum += w + gap
	}
	return sum
}

// wordColumns are a term's rank and its words, cut to a width.
func wordColumns(x *explain.Explanation, rows []row, widest int) []column {
	rank, words := column{head: "#", right: true}, column{head: wordsHead(x)}
	for _, r := range rows {
		rank.cells = append(rank.cells, strconv.Itoa(r.rank))
		words.cells = append(words.cells, fit(cell(label(x, r.Term)), widest))
	}
	return []column{rank, words}
}

// anchor makes lines align on terminals of all kinds: behind a word of disputed
// width stands an order to go to the column where the words end.
func anchor(columns []column) {
	start := total(columns[:1]) + 2 // the margin, and terminals count from one
	end := start + total(columns[1:]) - gap
	for i, s := range columns[1].cells {
		if disputed(s) {
			columns[1].cells[i] += fmt.Sprintf("%s\x1b[%dG", strings.Repeat(" ", end-start-width(s)), end)
		}
	}
}

// wordsHead is what players are called: the unit of a text, "player" in a game of
// something else.
func wordsHead(x *explain.Explanation) string {
	if x.Subject.Unit == "" {
		return "player"
	}
	return cell(x.Subject.Unit)
}

// numberColumns are the scores of an output and, where any is known and not
// zero, their standard errors.
func numberColumns(x *explain.Explanation, rows []row, k int) []column {
	score, err := column{head: "score", right: true}, column{head: "± error", right: true}
	if len(x.Full) > 1 {
		score.head = fit(cell(output(x, k)), 16)
	}
	f, any := scoreFormat(x, k), false
	for _, r := range rows {
		score.cells = append(score.cells, f.signed(r.Score[k]))
		switch e := r.Err[k]; {
		case math.IsNaN(e):
			err.cells = append(err.cells, "–")
		default:
			err.cells = append(err.cells, f.unsigned(e))
			any = any || e != 0
		}
	}
	if !any {
		return []column{score}
	}
	return []column{score, err}
}

// scoreFormat suits all scores of an output, whichever of them are shown.
func scoreFormat(x *explain.Explanation, k int) format {
	return formatFor(scores(x, k)...)
}

func scores(x *explain.Explanation, k int) []float64 {
	all := make([]float64, len(x.Terms))
	for i, t := range x.Terms {
		all[i] = t.Score[k]
	}
	return all
}

// bars draws the scores of an output beside one another.
func bars(rows []row, k, width, colors int) column {
	scores := make([]float64, len(rows))
	for i, r := range rows {
		scores[i] = r.Score[k]
	}
	s := newScale(scores, width, colors)
	c := column{head: s.head()}
	for _, v := range scores {
		c.cells = append(c.cells, s.bar(v))
	}
	return c
}
