package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render/picture"
)

// Force pictures the scores of an output as forces on one line: what raises the
// value pushes from the left to v(N), what lowers it from the right. The
// strongest stand nearest to v(N); v(∅) is marked.
func Force(x *explain.Explanation, k int, o Options) (*picture.Picture, error) {
	if err := checkOutput(x, k); err != nil {
		return nil, err
	}
	d := picturedOutput(x, k, o)
	steps := d.steps()
	// Drawn from v(N) outward: the strongest first.
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(size(b), size(a)) })
	var raises, lowers float64
	for _, s := range steps {
		raises, lowers = raises+max(s.score(), 0), lowers-min(s.score(), 0)
	}
	empty, full := d.ends()
	const height = 150.0
	p := canvas("Forces on "+d.what(), d.strongest()+" "+empty+", "+full+".", height+axisHeight)
	v := x.Full[k]
	a := newAxis(30, pictureWidth-30, v-raises, v+lowers, x.Baseline[k])
	a.below(p, titleHeight+30, titleHeight+height, d.what())
	left, right := v, v
	for _, s := range steps {
		if score := s.score(); score >= 0 {
			force(p, a, left-score, left, s)
			left -= score
		} else {
			force(p, a, right-score, right, s)
			right -= score
		}
	}
	mark := func(v float64, name string, y float64, ink picture.Ink) {
		p.Line([]picture.Point{{X: a.at(v), Y: y + 6}, {X: a.at(v), Y: titleHeight + 92}}, picture.Style{Stroke: ink, Width: 1.5})
		// Words at an end of the axis would run out of the picture.
		inside := min(max(a.at(v), 60), pictureWidth-60)
		p.Words(inside, y, name, picture.Font{Anchor: picture.Middle, Bold: ink == picture.Text, Ink: ink})
	}
	mark(x.Baseline[k], empty, titleHeight+34, picture.Faint)
	mark(v, full, titleHeight+14, picture.Text)
	return p, nil
}

func size(s step) float64 { return max(s.score(), -s.score()) }

// force draws a force that points from one value to another, and its name where
// there is room.
func force(p *picture.Picture, a axis, from, to float64, s step) {
	y, height := titleHeight+56, 34.0
	start, stop := a.at(from), a.at(to)
	tip := min(8, max(stop-start, start-stop))
	if stop < start {
		tip = -tip
	}
	p.Polygon([]picture.Point{
		{X: start, Y: y}, {X: stop - tip, Y: y}, {X: stop, Y: y + height/2}, {X: stop - tip, Y: y + height},
		{X: start, Y: y + height}, {X: start + tip, Y: y + height/2},
	}, picture.Style{Fill: side(s.score()), Stroke: picture.Paper, Tip: s.name + " " + s.told})
	room := max(stop-start, start-stop) - 6
	f := picture.Font{Size: 12, Anchor: picture.Middle}
	if name := picture.Fit(s.name, f, room); room > 24 && name != "…" {
		p.Words((start+stop)/2, y+height+16, name, f)
		small := picture.Font{Size: 11, Ink: picture.Faint, Anchor: picture.Middle}
		if number, _, _ := strings.Cut(s.number, " "); picture.Measure(number, small) <= room {
			p.Words((start+stop)/2, y+height+31, number, small)
		}
	}
}
