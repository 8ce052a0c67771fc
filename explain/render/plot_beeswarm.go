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

// A swarm is what one word, or other player, scored in many explanations.
type swarm struct {
	name   string
	scores []float64
	mean   float64 // of the absolute scores
}

// Beeswarm pictures what the same words scored in many explanations, a dot each
// time, for the output of number k in each: the words with the largest sum of
// absolute scores first, 20 of them or Options.Top. Words that differ in case
// alone are one.
func Beeswarm(xs []*explain.Explanation, k int, o Options) (*picture.Picture, error) {
	for i, x := range xs {
		if err := checkOutput(x, k); err != nil {
			return nil, fmt.Errorf("explanation %d: %w", i, err)
		}
	}
	most := o.Top
	if most <= 0 {
		most = 20
	}
	swarms := swarmsOf(xs, k)
	swarms = swarms[:min(most, len(swarms))]
	if len(swarms) == 0 {
		return nil, fmt.Errorf("render: no scores in %s", count(len(xs), "explanation"))
	}
	const band = 34.0
	height := band * float64(len(swarms))
	what := pictured{Explanation: xs[0], output: k}.what()
	title := fmt.Sprintf("Scores in %s: %s", count(len(xs), "text"), what)
	ends := []float64{0}
	var leading []string
	for _, s := range swarms {
		ends = append(ends, s.scores...)
		leading = append(leading, fmt.Sprintf("%s %.3g in %s", s.name, s.mean, count(len(s.scores), "text")))
	}
	desc := "Mean of absolute scores: " + strings.Join(leading[:min(5, len(leading))], ", ") + "."
	p := canvas(title, desc, height+axisHeight)
	a := newAxis(labelWidth+8, pictureWidth-numberWidth, ends...)
	a.below(p, titleHeight, titleHeight+height, what)
	p.Line([]picture.Point{{X: a.at(0), Y: titleHeight}, {X: a.at(0), Y: titleHeight + height}}, picture.Style{Stroke: picture.Text})
	for i, s := range swarms {
		y := titleHeight + band*float64(i)
		rowLabel(p, y+(band-rowHeight)/2, s.name)
		s.draw(p, a, y+band/2, band/2-3)
		p.Words(pictureWidth-10, y+band/2+4.5, fmt.Sprintf("×%d", len(s.scores)), picture.Font{Size: 12, Ink: picture.Faint, Anchor: picture.End})
	}
	return p, nil
}

// swarmsOf gathers the scores of single players by their text.
func swarmsOf(xs []*explain.Explanation, k int) []swarm {
	byName := map[string]*swarm{}
	for _, x := range xs {
		for _, t := range x.Attributions() {
			name := strings.ToLower(drawn(label(x, t)))
			s := byName[name]
			if s == nil {
				s = &swarm{name: name}
				byName[name] = s
			}
			s.scores = append(s.scores, t.Score[k])
			s.mean += math.Abs(t.Score[k])
		}
	}
	var swarms []swarm
	for _, s := range byName {
		swarms = append(swarms, *s)
	}
	// mean is still the sum here; names break ties, since maps have no order.
	slices.SortFunc(swarms, func(a, b swarm) int {
		return cmp.Or(cmp.Compare(b.mean, a.mean), strings.Compare(a.name, b.name))
	})
	for i := range swarms {
		swarms[i].mean /= float64(len(swarms[i].scores))
	}
	return swarms
}

// draw places the dots side by side where they would cover one another.
func (s swarm) draw(p *picture.Picture, a axis, y, room float64) {
	const radius = 2.8
	scores := slices.Sorted(slices.Values(s.scores))
	stack := map[int]int{}
	for _, v := range scores {
		bin := int(a.at(v) / (2 * radius))
		n := stack[bin]
		stack[bin]++
		offset := float64((n+1)/2) * 2 * radius
		// Dots of a bin stand above and below the line in turn, from the middle
		// outward.
		if n%2 == 1 {
			offset = -offset
		}
		for math.Abs(offset) > room { // a full bin starts over, a little aside
			offset = math.Mod(offset, room) * .97
		}
		p.Dot(a.at(v), y+offset, radius, picture.Style{Fill: side(v), Opacity: .75, Tip: fmt.Sprintf("%s %+.4g", s.name, v)})
	}
}
