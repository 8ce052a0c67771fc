package render

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// An answerPiece is a piece of an answer, marked where it is an output.
type answerPiece struct {
	Text   string
	Marked bool
	Output int
	Shares string // the score of every player, by the largest of all, from -1 to 1
	Tip    string
}

// An answerText is an answer beside the prompt that it was written from.
type answerText struct {
	Answer []answerPiece
	Prompt []markedPiece
}

func (a answerText) html(w io.Writer) error { return execute(w, "answer", a) }

// mostCells is about how many cells the matrix of an answer has in a page.
const mostCells = 10000

// answerSection shows which pieces of an answer come from where.
func answerSection(x *explain.Explanation) Section {
	s := Section{Title: "Where the answer comes from", Blocks: []Block{
		answerText{answerPieces(x), promptPieces(x)}, citationTable(x),
	}}
	if len(x.Attributions()) > 0 {
		s.Blocks = append(s.Blocks, byOutput(x).top(max(1, mostCells/len(x.Full))))
	}
	return s
}

// answerPieces breaks the answer at its pieces, in the order of the text. Shares
// are by the largest score of the whole matrix, so that colors of different pieces
// compare.
func answerPieces(x *explain.Explanation) []answerPiece {
	largest := 0.0
	for _, t := range x.Attributions() {
		largest = max(largest, strength(t))
	}
	order := make([]int, len(x.Subject.Pieces))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(x.Subject.Pieces[a].Start, x.Subject.Pieces[b].Start)
	})
	text, at := x.Subject.Answer, 0
	var out []answerPiece
	for _, k := range order {
		p := x.Subject.Pieces[k]
		// Pieces may overlap, as tokens that share a character do; text is written
		// once.
		if p.Start < at || p.Start == p.End {
			continue
		}
		if at < p.Start {
			out = append(out, answerPiece{Text: text[at:p.Start]})
		}
		out = append(out, answerPiece{text[p.Start:p.End], true, k, shares(x, k, largest), sources(x, k)})
		at = p.End
	}
	return append(out, answerPiece{Text: text[at:]})
}

// shares lists the scores of all players for an output.
func shares(x *explain.Explanation, k int, largest float64) string {
	byPlayer := make([]string, len(x.Players))
	for i := range byPlayer {
		byPlayer[i] = "0"
	}
	for _, t := range x.Attributions() {
		if largest > 0 {
			// A thousandth is finer than a color on the page, and there are pieces
			// × players of these.
			byPlayer[t.Players[0]] = strconv.FormatFloat(math.Round(t.Score[k]/largest*1000)/1000, 'g', -1, 64)
		}
	}
	return strings.Join(byPlayer, " ")
}

// sources tells the leading sources of a piece in words.
func sources(x *explain.Explanation, k int) string {
	f := scoreFormat(x, k)
	var all []string
	for _, c := range citations(x, k, 3) {
		name := fit(cell(label(x, explain.Term{Players: []int{c.Player}})), 40)
		all = append(all, fmt.Sprintf("%q %s, %s", name, percent(c.Share), told(f, c.Score, c.Err)))
	}
	return fmt.Sprintf("%q from %s", cell(strings.TrimSpace(output(x, k))), strings.Join(all, "; "))
}

// promptPieces marks each part of the prompt by its share of the whole answer:
// the sum of its scores for all pieces.
func promptPieces(x *explain.Explanation) []markedPiece {
	totals, largest := make([]citation, len(x.Players)), 0.0
	for _, c := range wholes(x) {
		totals[c.Player] = c
		largest = max(largest, math.Abs(c.Score))
	}
	f := formatFor(largest)
	return pieces(x, func(p *markedPiece) {
		c := totals[p.Player]
		p.Marked, p.Down, p.Strength = true, c.Score < 0, strengthOf(c.Score, largest)
		p.Tip = told(f, c.Score, c.Err) + " for the whole answer"
	})
}

// citationTable lists the leading sources of the answer and of every piece.
func citationTable(x *explain.Explanation) dataTable {
	t := dataTable{Caption: "Leading sources of the answer and of each of its pieces", Columns: []tableColumn{
		{Name: "piece", Numeric: true}, {Name: "answer"}, {Name: "source"}, {Name: "share", Numeric: true}, {Name: "score", Numeric: true}, {Name: "95 % interval"},
	}}
	all := cited(x)
	f := citationFormat(all)
	for _, c := range all {
		number := tableCell{strconv.Itoa(c.piece), float64(c.piece)}
		if c.piece == 0 {
			number.Text = "all"
		}
		t.Rows = append(t.Rows, []tableCell{
			number, {Text: c.answer}, {Text: c.source}, {percent(c.Share), c.Share}, {f.signed(c.Score), c.Score},
			{Text: interval(f, c.Score, c.Err)},
		})
	}
	return t
}
