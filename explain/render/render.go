// Package render shows explanations to people and hands them to programs: as a
// table on a terminal or in Markdown, as the text with its words colored, as a
// page that stands for itself, as pictures, as CSV, and as JSON that can be read
// back. Pages of other things are made of the same blocks, see [Page].
//
// The renderers are pure: what they write depends on the explanation and the
// [Options] alone. [Terminal] finds the options that suit an open terminal.
//
// Color never tells anything alone: signs, underlines, directions and strokes
// say the same.
package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
)

// Options say how an explanation is shown. The zero value shows every term in
// the order of the text, in 80 columns, without color.
type Options struct {
	ByScore bool // the largest absolute score first, of several outputs the largest of all; else players as they stand in the text, then interactions
	Top     int  // show only so many terms, those with the largest scores; all where zero
	Width   int  // columns to fill; 80 where zero
	Colors  int  // colors to use: 16, 256 or 1<<24; none where zero
}

const defaultWidth = 80

func (o Options) width() int {
	if o.Width > 0 {
		return o.Width
	}
	return defaultWidth
}

// A row is a term as it will be shown.
type row struct {
	explain.Term
	number int // of the term in the explanation
	rank   int // by strength, from 1
}

// rows returns the terms to be shown, in their order.
func rows(x *explain.Explanation, o Options) []row {
	all := make([]row, len(x.Terms))
	for i, t := range x.Terms {
		all[i] = row{Term: t, number: i}
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(strength(b.Term), strength(a.Term)) })
	for i := range all {
		all[i].rank = i + 1
	}
	if o.Top > 0 && o.Top < len(all) {
		all = all[:o.Top]
	}
	if !o.ByScore {
		slices.SortFunc(all, func(a, b row) int { return cmp.Compare(a.number, b.number) })
	}
	return all
}

// strength returns the largest absolute score of a term.
func strength(t explain.Term) float64 {
	s := 0.0
	for _, v := range t.Score {
		s = max(s, math.Abs(v))
	}
	return s
}

// label names the players of a term: their texts, or numbers where they have
// none. A term without players is a constant.
func label(x *explain.Explanation, t explain.Term) string {
	if len(t.Players) == 0 {
		return "constant"
	}
	names := make([]string, len(t.Players))
	for i, p := range t.Players {
		if names[i] = x.Players[p].Text; names[i] == "" {
			names[i] = fmt.Sprint("player ", p)
		}
	}
	return strings.Join(names, " × ")
}

// output names an output of the explanation, "" where it has no name.
func output(x *explain.Explanation, k int) string {
	switch {
	case k < len(x.Outputs):
		return x.Outputs[k]
	case len(x.Baseline) > 1:
		return fmt.Sprint("output ", k)
	}
	return ""
}
