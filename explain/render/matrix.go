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

// mostInMatrix is how many players a matrix of pairs has at most.
const mostInMatrix = 12

// matrix returns the columns of a square of players for an output: single scores
// on the diagonal, pairs below it, a dot for what rounds to nothing. There is
// none for explanations of another order than 2, and where none fits.
func matrix(x *explain.Explanation, k int, o Options) []column {
	if n := len(x.Players); x.Order != 2 || n < 2 || n > mostInMatrix {
		return nil
	}
	for digits := 3; digits >= 2; digits-- {
		if columns := square(x, k, digits, o); total(columns) <= o.width() {
			return columns
		}
	}
	return nil
}

// square returns the matrix with so many significant digits of its largest number.
func square(x *explain.Explanation, k, digits int, o Options) []column {
	f := formatFor(scores(x, k)...)
	if f.decimals > 0 {
		f.decimals = max(0, f.decimals-4+digits)
	}
	columns := []column{{head: wordsHead(x)}}
	for p := range x.Players {
		name := cell(label(x, explain.Term{Players: []int{p}}))
		columns[0].cells = append(columns[0].cells, fit(name, o.width()/10))
		if x.Players[p].Text == "" {
			name = strconv.Itoa(p)
		}
		columns = append(columns, column{head: fit(name, 5), right: true, cells: make([]string, len(x.Players))})
	}
	for _, t := range x.Terms {
		if len(t.Players) == 0 {
			continue
		}
		row, col := t.Players[len(t.Players)-1], t.Players[0]
		s := f.signed(t.Score[k])
		if s == f.signed(0) {
			s = "·"
		}
		columns[1+col].cells[row] = s
	}
	return columns
}

// matrices writes the matrices of the outputs shown.
func matrices(b *strings.Builder, x *explain.Explanation, outputs []int, o Options) error {
	for _, k := range outputs {
		columns := matrix(x, k, o)
		if columns == nil {
			continue
		}
		fmt.Fprintln(b)
		if len(outputs) > 1 {
			fmt.Fprintln(b, wrap(cell(output(x, k))+":", o.width()))
		}
		if err := grid(b, columns, plain()); err != nil {
			return err
		}
	}
	return nil
}

// mostPairs is how many interactions are told beside a text.
const mostPairs = 5

// pairLine tells the strongest interactions of an output in words, "" where
// there are none of a twelfth of the strongest term.
func pairLine(x *explain.Explanation, k int) string {
	strongest := 0.0
	var together []explain.Term
	for _, t := range x.Terms {
		strongest = max(strongest, math.Abs(t.Score[k]))
		if len(t.Players) > 1 {
			together = append(together, t)
		}
	}
	slices.SortStableFunc(together, func(a, b explain.Term) int {
		return cmp.Compare(math.Abs(b.Score[k]), math.Abs(a.Score[k]))
	})
	f := scoreFormat(x, k)
	var told []string
	for _, t := range together[:min(mostPairs, len(together))] {
		if strongest == 0 || math.Abs(t.Score[k]) < strongest/12 {
			break
		}
		s := cell(label(x, t)) + " " + f.signed(t.Score[k])
		if e := t.Err[k]; e > 0 {
			s += " ± " + f.unsigned(e)
		}
		told = append(told, s)
	}
	if len(told) == 0 {
		return ""
	}
	return "together: " + strings.Join(told, ", ")
}
