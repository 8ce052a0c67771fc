package render

import (
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// Waterfall pictures how the scores of an output lead from v(∅), at the top, to
// v(N): each bar begins where the one above it ends, and points to where it
// leads. It shows the 25 strongest terms, or Options.Top, and the others as one.
func Waterfall(x *explain.Explanation, k int, o Options) (*picture.Picture, error) {
	if err := checkOutput(x, k); err != nil {
		return nil, err
	}
	d := picturedOutput(x, k, o)
	steps := d.steps()
	empty, full := d.ends()
	height := rowHeight * float64(len(steps)+2)
	p := canvas("From v(∅) to v(N): "+d.what(), d.strongest()+" "+empty+", "+full+".", height+axisHeight)
	a := newAxis(labelWidth+10, pictureWidth-numberWidth-10, passed(x, k, steps)...)
	a.below(p, titleHeight, titleHeight+height, d.what())
	y := titleHeight
	end(p, a, y, empty, x.Baseline[k])
	for _, s := range steps {
		join := a.at(s.from)
		p.Line([]picture.Point{{X: join, Y: y + rowHeight/2}, {X: join, Y: y + rowHeight + 4}}, picture.Style{Stroke: picture.Faint})
		y += rowHeight
		rowLabel(p, y, s.name)
		p.Polygon(arrow(a.at(s.from), a.at(s.to), y+4, rowHeight-8), picture.Style{Fill: side(s.score()), Tip: s.name + " " + s.told})
		p.Words(pictureWidth-10, y+rowHeight/2+4.5, s.number, picture.Font{Size: 12, Anchor: picture.End})
	}
	join := a.at(x.Full[k])
	p.Line([]picture.Point{{X: join, Y: y + rowHeight/2}, {X: join, Y: y + rowHeight*3/2}}, picture.Style{Stroke: picture.Faint})
	end(p, a, y+rowHeight, full, x.Full[k])
	return p, nil
}

// end draws the row of v(∅) or v(N).
func end(p *picture.Picture, a axis, y float64, name string, v float64) {
	p.Words(labelWidth-8, y+rowHeight/2+4.5, name, picture.Font{Anchor: picture.End, Bold: true})
	p.Dot(a.at(v), y+rowHeight/2, 5, picture.Style{Fill: picture.Text, Tip: name})
}

// arrow is a bar that ends in a point, a stroke where it is too short for one.
func arrow(from, to, y, height float64) []picture.Point {
	if math.Abs(to-from) < 1 {
		return []picture.Point{{X: from - .5, Y: y}, {X: from + .5, Y: y}, {X: from + .5, Y: y + height}, {X: from - .5, Y: y + height}}
	}
	tip := min(6, math.Abs(to-from))
	if to < from {
		tip = -tip
	}
	return []picture.Point{
		{X: from, Y: y}, {X: to - tip, Y: y}, {X: to, Y: y + height/2}, {X: to - tip, Y: y + height}, {X: from, Y: y + height},
	}
}
