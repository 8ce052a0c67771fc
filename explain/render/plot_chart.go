package render

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/whence-xai/whence/explain/render/picture"
)

// A Chart is a picture of lines: deletion and insertion curves, errors by budget.
type Chart struct {
	Title string
	X, Y  string // what the axes measure
	LogX  bool   // whether the axes are logarithmic: they leave out what is not above zero
	LogY  bool
	Lines []Line
}

// A Line is a line of a chart, in the order of its points.
type Line struct {
	Name      string
	X, Y      []float64 // of each point
	Low, High []float64 // the ends of an interval around each; nil where there is none
}

// Picture draws the chart. Lines differ by dashes and names as well as colors.
func (c Chart) Picture() (*picture.Picture, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	const height, right = 340.0, 150.0
	p := canvas(c.Title, c.described(), height+axisHeight)
	var xs, ys []float64
	for _, l := range c.Lines {
		for i := range l.X {
			// A point counts for both axes or for neither: what is not drawn must
			// not stretch the other.
			if x, y := scaled(c.LogX, l.X[i]), scaled(c.LogY, l.Y[i]); finite(x) && finite(y) {
				xs, ys = append(xs, x), append(ys, y)
			}
		}
		for i := range l.Low {
			ys = append(ys, scaled(c.LogY, l.Low[i]), scaled(c.LogY, l.High[i]))
		}
	}
	// The y axis runs from the bottom up, where pictures count downward.
	f := frame{c, p, newAxis(70, pictureWidth-right, xs...), newAxis(titleHeight+height, titleHeight+10, ys...)}
	f.axes(titleHeight + height)
	for i, l := range c.Lines {
		f.band(l, picture.Series(i))
	}
	for i, l := range c.Lines {
		f.line(l, i)
	}
	return p, nil
}

// html writes the chart as a figure.
func (c Chart) html(w io.Writer) error {
	p, err := c.Picture()
	if err != nil {
		return err
	}
	return figure{Picture: p}.html(w)
}

func (c Chart) check() error {
	if len(c.Lines) == 0 {
		return errors.New("render: a chart without lines")
	}
	for _, l := range c.Lines {
		n := len(l.X)
		if n == 0 || len(l.Y) != n || len(l.Low) != len(l.High) || l.Low != nil && len(l.Low) != n {
			return fmt.Errorf("render: line %q: %d, %d, %d and %d numbers", l.Name, n, len(l.Y), len(l.Low), len(l.High))
		}
	}
	return nil
}

// described tells the ends of every line, for those who do not see the chart.
func (c Chart) described() string {
	text := fmt.Sprintf("%s over %s.", c.Y, c.X)
	for _, l := range c.Lines {
		last := len(l.X) - 1
		text += fmt.Sprintf(" %s: %.3g at %.3g, %.3g at %.3g.", drawn(l.Name), l.Y[0], l.X[0], l.Y[last], l.X[last])
	}
	return text
}

// scaled returns a value as its axis has it, NaN where it has none.
func scaled(log bool, v float64) float64 {
	if !log {
		return v
	}
	if v <= 0 {
		return math.NaN()
	}
	return math.Log10(v)
}

// A frame is a chart being drawn.
type frame struct {
	Chart
	p    *picture.Picture
	x, y axis
}

// axes draws grid lines and numbers.
func (f frame) axes(bottom float64) {
	faint := picture.Font{Size: 11, Ink: picture.Faint, Anchor: picture.Middle}
	grid := picture.Style{Stroke: picture.Grid}
	for _, v := range f.x.marks(f.LogX) {
		at := f.x.at(v)
		f.p.Line([]picture.Point{{X: at, Y: f.y.stop}, {X: at, Y: bottom}}, grid)
		f.p.Words(at, bottom+16, tick(f.LogX, v), faint)
	}
	f.p.Words((f.x.start+f.x.stop)/2, bottom+34, f.X, picture.Font{Size: 12, Ink: picture.Faint, Anchor: picture.Middle})
	faint.Anchor = picture.End
	for _, v := range f.y.marks(f.LogY) {
		at := f.y.at(v)
		f.p.Line([]picture.Point{{X: f.x.start, Y: at}, {X: f.x.stop, Y: at}}, grid)
		f.p.Words(f.x.start-6, at+4, tick(f.LogY, v), faint)
	}
	f.p.Words(16, (f.y.start+f.y.stop)/2, f.Y, picture.Font{Size: 12, Ink: picture.Faint, Anchor: picture.Middle, Turn: -90})
}

// marks returns the places of numbers on an axis: powers of ten where it is
// logarithmic and has two of them.
func (a axis) marks(log bool) []float64 {
	if !log {
		return a.ticks(6)
	}
	var powers []float64
	for v := math.Ceil(a.low); v <= a.high && len(powers) < 20; v++ {
		powers = append(powers, v)
	}
	// Within one power of ten round numbers of the logarithm are all there is.
	if len(powers) < 2 {
		return a.ticks(4)
	}
	return powers
}

// tick writes the number that stands at a place of an axis.
func tick(log bool, v float64) string {
	if log {
		v = math.Pow(10, v)
	}
	return fmt.Sprintf("%.4g", v)
}

// points returns the places of the numbers that have one.
func (f frame) points(xs, ys []float64) []picture.Point {
	var points []picture.Point
	for i := range xs {
		if x, y := scaled(f.LogX, xs[i]), scaled(f.LogY, ys[i]); finite(x) && finite(y) {
			points = append(points, picture.Point{X: f.x.at(x), Y: f.y.at(y)})
		}
	}
	return points
}

// band is drawn before all lines, along the upper ends and back along the lower
// ones.
func (f frame) band(l Line, ink picture.Ink) {
	if l.Low == nil {
		return
	}
	outline := f.points(l.X, l.High)
	back := f.points(l.X, l.Low)
	for i := len(back) - 1; i >= 0; i-- {
		outline = append(outline, back[i])
	}
	f.p.Polygon(outline, picture.Style{Fill: ink, Opacity: .18})
}

// line draws a line, dots on its points where they are few, and its name in the
// list to the right.
func (f frame) line(l Line, i int) {
	ink := picture.Series(i)
	// A dash for each of the six inks, so that lines differ without color, too.
	style := picture.Style{Stroke: ink, Width: 2, Dash: []float64{0, 8, 3, 15, 1.5, 5}[i%6], Tip: drawn(l.Name)}
	points := f.points(l.X, l.Y)
	f.p.Line(points, style)
	if len(points) <= 40 {
		for j := range l.X {
			for _, at := range f.points(l.X[j:j+1], l.Y[j:j+1]) {
				tip := fmt.Sprintf("%s: %.4g at %.4g", drawn(l.Name), l.Y[j], l.X[j])
				f.p.Dot(at.X, at.Y, 3, picture.Style{Fill: ink, Tip: tip})
			}
		}
	}
	x, y := f.x.stop+12, titleHeight+22+20*float64(i)
	f.p.Line([]picture.Point{{X: x, Y: y}, {X: x + 22, Y: y}}, style)
	f.p.Words(x+28, y+4, picture.Fit(drawn(l.Name), picture.Font{Size: 12}, pictureWidth-x-36), picture.Font{Size: 12})
}
