package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// A citation is a part of a prompt as the source of an answer or of a piece of it.
type citation struct {
	Player     int
	Share      float64 // of all scores above zero
	Score, Err float64 // Err is the standard error; NaN where unknown
}

// citations returns the players with the largest scores above zero for an
// output, so many of them at most.
func citations(x *explain.Explanation, k, most int) []citation {
	var all []citation
	for _, t := range x.Attributions() {
		all = append(all, citation{Player: t.Players[0], Score: t.Score[k], Err: t.Err[k]})
	}
	return leading(all, most)
}

// leading returns those with the largest scores above zero, and their shares.
// Shares are of what speaks for the answer: with what speaks against it in the sum,
// they would come to more than all.
func leading(all []citation, most int) []citation {
	raised := 0.0
	all = slices.DeleteFunc(all, func(c citation) bool { return c.Score <= 0 })
	for _, c := range all {
		raised += c.Score
	}
	slices.SortStableFunc(all, func(a, b citation) int { return cmp.Compare(b.Score, a.Score) })
	all = all[:min(most, len(all))]
	for i := range all {
		all[i].Share = all[i].Score / raised
	}
	return all
}

// wholes returns every player's part in the answer as a whole: the sum of its
// scores for all pieces, as their logarithms add up. The error of a sum is at
// most the sum of the errors, whatever they have in common; it stands for it.
func wholes(x *explain.Explanation) []citation {
	var all []citation
	for _, t := range x.Attributions() {
		c := citation{Player: t.Players[0]}
		for k := range t.Score {
			c.Score, c.Err = c.Score+t.Score[k], c.Err+t.Err[k]
		}
		all = append(all, c)
	}
	return all
}

// A citedPiece is a citation with what it is of.
type citedPiece struct {
	citation
	piece          int // from 1; 0 for the whole answer
	answer, source string
}

// citationFormat suits the scores of all citations.
func citationFormat(all []citedPiece) format {
	largest := 0.0
	for _, c := range all {
		largest = max(largest, c.Score)
	}
	return formatFor(largest)
}

// cited returns the leading sources of the answer and of every piece: three, or
// one where there are many pieces.
func cited(x *explain.Explanation) []citedPiece {
	const many, most = 20, 3
	perPiece := most
	if len(x.Full) > many {
		perPiece = 1
	}
	var all []citedPiece
	add := func(piece int, answer string, citations []citation) {
		for _, c := range citations {
			all = append(all, citedPiece{c, piece, strings.TrimSpace(answer), label(x, explain.Term{Players: []int{c.Player}})})
		}
	}
	add(0, fit(cell(strings.TrimSpace(x.Subject.Answer)), 40), leading(wholes(x), most))
	for k := range x.Full {
		add(k+1, output(x, k), citations(x, k, perPiece))
	}
	return all
}

// Answer writes for a terminal where the pieces of an answer come from: the
// matrix of parts of the prompt by pieces of the answer, and the leading sources
// of the answer and of each piece, with their share and 95 % interval. The matrix
// has the 40 strongest parts, or Options.Top.
func Answer(w io.Writer, x *explain.Explanation, o Options) error {
	if err := check(x); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", wrap(headline(x), o.width()))
	if len(x.Attributions()) > 0 {
		most := o.Top
		if most <= 0 {
			most = 40
		}
		if err := byOutput(x).top(most).Terminal(&b, o); err != nil {
			return err
		}
		fmt.Fprintln(&b)
		if err := grid(&b, citationColumns(x, o), plain()); err != nil {
			return err
		}
	}
	fmt.Fprintln(&b)
	for _, line := range footer(x, rows(x, Options{}), byValue(x)) {
		fmt.Fprintln(&b, wrap(line, o.width()))
	}
	_, err := w.Write(b.Bytes())
	return err
}

// citationColumns lays out the leading sources for a terminal.
func citationColumns(x *explain.Explanation, o Options) []column {
	columns := []column{{head: "answer"}, {head: "source"}, {head: "share", right: true}, {head: "score", right: true}, {head: "95 % interval"}}
	last, all := -1, cited(x)
	f := citationFormat(all)
	for _, c := range all {
		answer := ""
		if c.piece != last {
			answer = fit(cell(c.answer), max(6, o.width()/6))
		}
		last = c.piece
		for i, s := range []string{
			answer, fit(cell(c.source), max(8, o.width()*3/10)), percent(c.Share), f.signed(c.Score), interval(f, c.Score, c.Err),
		} {
			columns[i].cells = append(columns[i].cells, s)
		}
	}
	return columns
}
