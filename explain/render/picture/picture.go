// Package picture describes small charts once, as shapes and words, and writes
// them as SVG or PNG. It knows nothing of explanations.
//
// Colors are roles, [Ink], of which an SVG has a light and a dark version, and
// whatever a color tells must be told by something else too. Words are escaped,
// so any text may stand in a picture.
package picture

// A Picture is a chart of so many units across and down, the first unit at its
// top left. In an SVG a unit is a CSS pixel. The zero value is empty; draw on it
// from back to front.
type Picture struct {
	Width, Height float64
	Title         string // what it shows, in a few words
	Desc          string // what a reader would see in it, for those who cannot

	shapes []shape
}

// A shape knows how to draw itself with either pen, moved by so much.
// moved returns a copy, so that a picture can be drawn alone and in a stack.
type shape interface {
	svg(s *svgPen)
	png(p *pngPen)
	moved(dx, dy float64) shape
}

// A Point is a place in a picture.
type Point struct{ X, Y float64 }

// A Style says how a shape is drawn.
type Style struct {
	Fill    Ink
	Stroke  Ink
	Width   float64 // of the stroke; 1 where zero
	Opacity float64 // of the fill, from 0 to 1; 1 where zero
	Dash    float64 // length of dashes and of the gaps between them; none where zero
	Tip     string  // shown where a pointer rests on the shape, in SVG
}

// A Font says how words are drawn.
type Font struct {
	Size   float64 // of an em; 13 where zero
	Bold   bool
	Ink    Ink     // Text where None
	Anchor Anchor  // which point of the words is placed
	Turn   float64 // degrees, clockwise, around the anchor
}

// An Anchor is a point on the line on which words stand.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// DefaultSize is the size of words where none is given.
const DefaultSize = 13

func (f Font) size() float64 {
	if f.Size > 0 {
		return f.Size
	}
	return DefaultSize
}

func (f Font) ink() Ink {
	if f.Ink == None {
		return Text
	}
	return f.Ink
}

// Rect draws a rectangle.
func (p *Picture) Rect(x, y, width, height float64, s Style) {
	p.Polygon([]Point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, s)
}

// Polygon draws an area.
func (p *Picture) Polygon(points []Point, s Style) {
	p.shapes = append(p.shapes, path{points, s, true})
}

// Line draws a line through points.
func (p *Picture) Line(points []Point, s Style) {
	p.shapes = append(p.shapes, path{points, s, false})
}

// Dot draws a circle.
func (p *Picture) Dot(x, y, radius float64, s Style) {
	p.shapes = append(p.shapes, circle{Point{x, y}, radius, s})
}

// Words draws one line of text, its base line at y.
func (p *Picture) Words(x, y float64, text string, f Font) {
	if text != "" {
		p.shapes = append(p.shapes, words{Point{x, y}, text, f})
	}
}

// Stack returns a picture of the given ones below one another, under a title
// and a description of all.
func Stack(title string, pictures ...*Picture) *Picture {
	const gap = 24
	all := &Picture{Title: title}
	for i, p := range pictures {
		if i > 0 {
			all.Height += gap
			all.Desc += " "
		}
		all.Desc += p.Title + ": " + p.Desc
		for _, s := range p.shapes {
			all.shapes = append(all.shapes, s.moved(0, all.Height))
		}
		all.Width = max(all.Width, p.Width)
		all.Height += p.Height
	}
	return all
}

type path struct {
	points []Point
	style  Style
	closed bool
}

type circle struct {
	center Point
	radius float64
	style  Style
}

type words struct {
	at   Point
	text string
	font Font
}

func (p path) moved(dx, dy float64) shape {
	points := make([]Point, len(p.points))
	for i, at := range p.points {
		points[i] = at.plus(dx, dy)
	}
	p.points = points
	return p
}

func (c circle) moved(dx, dy float64) shape {
	c.center = c.center.plus(dx, dy)
	return c
}

func (w words) moved(dx, dy float64) shape {
	w.at = w.at.plus(dx, dy)
	return w
}

func (p Point) plus(dx, dy float64) Point { return Point{p.X + dx, p.Y + dy} }
