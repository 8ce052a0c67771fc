package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// mostInMatrix is how many players a matrix of pairs has at most.
const mostInMatrix = 12

// matrices writes the pairs of the outputs shown as squares of players, for few
// players, and where the lines have room for their numbers.
func matrices(b *strings.Builder, x *explain.Explanation, outputs []int, o Options) {
	n := len(x.Players)
	// Terms of three players have no place in a square.
	if x.Order != 2 || n < 2 || n > mostInMatrix {
		return
	}
	for _, k := range outputs {
		g := pairsOf(x, k).tidy().forTerminal(o)
		if !g.numbers {
			continue
		}
		fmt.Fprintln(b)
		if len(outputs) > 1 {
			fmt.Fprintln(b, wrap(cell(output(x, k))+":", o.width()))
		}
		g.part(b, 0, n)
	}
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
