package render

import (
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// Bar pictures the scores of an output as bars from zero, with 95 % intervals
// where errors are known: to the right what raises the value, to the left what
// lowers it. It shows the 25 strongest terms, or Options.Top.
func Bar(x *explain.Explanation, k int, o Options) (*picture.Picture, error) {
	if err := checkOutput(x, k); err != nil {
		return nil, err
	}
	d := picturedOutput(x, k, o)
	height := rowHeight * float64(len(d.rows))
	if d.others > 0 {
		height += rowHeight
	}
	p := canvas("Scores: "+d.what(), d.strongest(), height+axisHeight)
	ends := []float64{0, d.rest}
	for _, r := range d.rows {
		s, e := r.Score[k], known(r.Err[k])
		ends = append(ends, s-z95*e, s+z95*e)
	}
	a := newAxis(labelWidth, pictureWidth-numberWidth, ends...)
	a.below(p, titleHeight, titleHeight+height, d.what())
	y := titleHeight
	for _, r := range d.rows {
		d.bar(p, a, y, d.name(r), r)
		y += rowHeight
	}
	if d.others > 0 {
		// The others together have no standard error that could be told from their
		// own, for these are not independent: zero draws none.
		score := row{Term: explain.Term{Score: make([]float64, k+1), Err: make([]float64, k+1)}}
		score.Score[k] = d.rest
		d.bar(p, a, y, fmt.Sprint(d.others, " others"), score)
	}
	zero := a.at(0)
	p.Line([]picture.Point{{X: zero, Y: titleHeight}, {X: zero, Y: titleHeight + height}}, picture.Style{Stroke: picture.Text})
	return p, nil
}

// bar draws a row: its name, the bar, the interval and the number.
func (d pictured) bar(p *picture.Picture, a axis, y float64, name string, r row) {
	score, err := r.Score[d.output], known(r.Err[d.output])
	rowLabel(p, y, name)
	from, to := a.at(min(score, 0)), a.at(max(score, 0))
	p.Rect(from, y+4, to-from, rowHeight-8, picture.Style{Fill: side(score), Tip: name + " " + d.told(r)})
	if err > 0 {
		whisker(p, a.at(score-z95*err), a.at(score+z95*err), y+rowHeight/2)
	}
	p.Words(pictureWidth-10, y+rowHeight/2+4.5, d.number(score, err), picture.Font{Size: 12, Anchor: picture.End})
}

// number writes a score and its error.
func (d pictured) number(score, err float64) string {
	s := d.format.signed(score)
	if err > 0 {
		s += " ± " + d.format.unsigned(err)
	}
	return s
}

// whisker draws an interval, in ink with a rim of paper that it may be seen on a bar.
func whisker(p *picture.Picture, from, to, y float64) {
	const half = 4
	for _, s := range []picture.Style{{Stroke: picture.Paper, Width: 3.5}, {Stroke: picture.Text, Width: 1.5}} {
		p.Line([]picture.Point{{X: from, Y: y}, {X: to, Y: y}}, s)
		p.Line([]picture.Point{{X: from, Y: y - half}, {X: from, Y: y + half}}, s)
		p.Line([]picture.Point{{X: to, Y: y - half}, {X: to, Y: y + half}}, s)
	}
}

// known returns an error, 0 for one that is not known.
func known(err float64) float64 {
	if math.IsNaN(err) {
		return 0
	}
	return err
}

// checkOutput returns what makes an output of x impossible to picture.
func checkOutput(x *explain.Explanation, k int) error {
	if err := check(x); err != nil {
		return err
	}
	if k < 0 || k >= len(x.Full) {
		return fmt.Errorf("render: no output %d of %d", k, len(x.Full))
	}
	return nil
}
