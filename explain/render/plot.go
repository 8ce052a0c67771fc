package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// Sizes that the pictures of an explanation share.
const (
	pictureWidth = 760.0
	rowHeight    = 26.0
	labelWidth   = 170.0
	numberWidth  = 120.0
	titleHeight  = 40.0
	axisHeight   = 46.0
	mostRows     = 25 // terms in a picture where Options.Top does not say
)

// z95 is the half width of a 95 % interval in standard errors.
const z95 = 1.96

// A pictured explanation is one output of it, made ready for a picture.
type pictured struct {
	*explain.Explanation
	output int
	rows   []row
	rest   float64 // score of the terms that are not among rows
	others int     // how many they are
	format format
}

// picturedOutput chooses the rows of a picture: the strongest for this output,
// in the order of the options.
func picturedOutput(x *explain.Explanation, k int, o Options) pictured {
	p := pictured{Explanation: x, output: k, format: scoreFormat(x, k)}
	for i, t := range x.Terms {
		p.rows = append(p.rows, row{Term: t, number: i})
	}
	slices.SortStableFunc(p.rows, func(a, b row) int {
		return cmp.Compare(math.Abs(b.Score[k]), math.Abs(a.Score[k]))
	})
	for i := range p.rows {
		// By this output alone, where rows ranks by the largest of all outputs.
		p.rows[i].rank = i + 1
	}
	most := o.Top
	if most <= 0 {
		most = mostRows
	}
	if most < len(p.rows) {
		for _, r := range p.rows[most:] {
			p.rest += r.Score[k]
		}
		p.others = len(p.rows) - most
		p.rows = p.rows[:most]
	}
	if !o.ByScore {
		slices.SortFunc(p.rows, func(a, b row) int { return cmp.Compare(a.number, b.number) })
	}
	return p
}

func (p pictured) name(r row) string { return drawn(label(p.Explanation, r.Term)) }

// what says what the values are: "log-odds of POSITIVE".
func (p pictured) what() string {
	if q := quantity(p.Explanation, p.output); q != "" {
		return drawn(q)
	}
	return "value"
}

// told writes a score with its 95 % interval, where it is known.
func (p pictured) told(r row) string { return told(p.format, r.Score[p.output], r.Err[p.output]) }

func told(f format, score, err float64) string {
	s := f.signed(score)
	if err > 0 {
		s += fmt.Sprintf(" ± %s (95 %%: %s)", f.unsigned(err), interval(f, score, err))
	}
	return s
}

// interval writes the 95 % interval of a score.
func interval(f format, score, err float64) string {
	switch {
	case err > 0:
		return f.signed(score-z95*err) + " to " + f.signed(score+z95*err)
	case err == 0:
		return "exact"
	}
	return "–"
}

// strongest describes the leading terms in words.
func (p pictured) strongest() string {
	leading := slices.Clone(p.rows)
	slices.SortFunc(leading, func(a, b row) int { return cmp.Compare(a.rank, b.rank) })
	var parts []string
	for _, r := range leading[:min(5, len(leading))] {
		parts = append(parts, p.name(r)+" "+p.format.signed(r.Score[p.output]))
	}
	if len(parts) == 0 {
		return "There are no terms."
	}
	return "Strongest: " + strings.Join(parts, ", ") + "."
}

// canvas returns a picture with a title and room for so much below it.
func canvas(title, desc string, height float64) *picture.Picture {
	p := &picture.Picture{Width: pictureWidth, Height: titleHeight + height, Title: title, Desc: desc}
	big := picture.Font{Size: 15, Bold: true}
	p.Words(12, 25, picture.Fit(title, big, pictureWidth-24), big)
	return p
}

// side is the ink of a score.
func side(v float64) picture.Ink {
	if v < 0 {
		return picture.Lowers
	}
	return picture.Raises
}

// rowLabel writes the name of a row before its bar.
func rowLabel(p *picture.Picture, y float64, name string) {
	f := picture.Font{Anchor: picture.End}
	p.Words(labelWidth-8, y+rowHeight/2+4.5, picture.Fit(name, f, labelWidth-20), f)
}
