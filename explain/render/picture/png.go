package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// PNGOptions say how a picture becomes pixels. The zero value suits screens of
// high resolution.
type PNGOptions struct {
	Scale float64 // pixels a unit; 2 where zero
	Font  []byte  // a TrueType or OpenType font or collection; DejaVu Sans where nil
}

// maxPixels bounds the pixels of an image.
const maxPixels = 1 << 26

// PNG writes the picture as an image, in the light theme. Characters are drawn
// one after another, so scripts that join letters or run from right to left
// cannot be; a [GlyphError] tells the first of them, or of those that the font
// lacks: the built-in one has no CJK and few emoji.
func (p *Picture) PNG(w io.Writer, o PNGOptions) error {
	face, err := parseFont(o.Font)
	if err != nil {
		return err
	}
	if o.Scale <= 0 {
		o.Scale = 2
	}
	width, height := math.Ceil(p.Width*o.Scale), math.Ceil(p.Height*o.Scale)
	// Written so that NaN is refused, and in float64, in which the product cannot
	// overflow.
	if !(width >= 1 && height >= 1 && width*height <= maxPixels) {
		return fmt.Errorf("picture: %v × %v pixels is no size for an image", width, height)
	}
	pen := &pngPen{face: face, scale: o.Scale, image: image.NewNRGBA(image.Rect(0, 0, int(width), int(height)))}
	draw.Draw(pen.image, pen.image.Bounds(), image.NewUniform(Paper.rgba(1)), image.Point{}, draw.Src)
	for _, s := range p.shapes {
		s.png(pen)
	}
	if pen.err != nil {
		return pen.err
	}
	if err := png.Encode(w, pen.image); err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	return nil
}

// A pngPen draws shapes as pixels.
type pngPen struct {
	image  *image.NRGBA
	face   *sfnt.Font
	buffer sfnt.Buffer
	scale  float64
	err    error
}

// png fills before it strokes, as SVG does. Joints are drawn as dots, since strokes
// are rectangles that leave a notch where two meet.
func (p path) png(pen *pngPen) {
	if p.closed {
		pen.fill(pen.outline(p.points), p.style.Fill, p.style.opacity())
	}
	if p.style.Stroke == None {
		return
	}
	points := p.points
	if p.closed {
		// The full slice keeps append from writing into the picture's own points.
		points = append(points[:len(points):len(points)], points[0])
	}
	for i := 1; i < len(points); i++ {
		pen.stroke(points[i-1], points[i], p.style)
		// Hairlines have no notch that could be seen.
		if half := p.style.width() / 2; half > .5 && p.style.Dash == 0 {
			pen.fill(pen.outline(ring(points[i], half)), p.style.Stroke, 1) // no gap where lines meet
		}
	}
}

func (c circle) png(pen *pngPen) {
	points := ring(c.center, c.radius)
	path{points, c.style, true}.png(pen)
}

// ring returns a polygon that no eye tells from a circle of some pixels.
func ring(center Point, radius float64) []Point {
	points := make([]Point, 32)
	for i := range points {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(len(points)))
		points[i] = center.plus(radius*cos, radius*sin)
	}
	return points
}

// stroke draws a line between two points, in dashes if the style has them.
func (pen *pngPen) stroke(a, b Point, s Style) {
	length := math.Hypot(b.X-a.X, b.Y-a.Y)
	if length == 0 {
		return
	}
	dx, dy := (b.X-a.X)/length, (b.Y-a.Y)/length
	dash := s.Dash
	if dash <= 0 {
		dash = length
	}
	half := s.width() / 2
	for at := 0.0; at < length; at += 2 * dash {
		end := min(at+dash, length)
		from, to := a.plus(dx*at, dy*at), a.plus(dx*end, dy*end)
		pen.fill(pen.outline([]Point{
			from.plus(-dy*half, dx*half), to.plus(-dy*half, dx*half), to.plus(dy*half, -dx*half), from.plus(dy*half, -dx*half),
		}), s.Stroke, 1)
	}
}

func (s Style) opacity() float64 {
	if s.Opacity > 0 {
		return s.Opacity
	}
	return 1
}

// outline returns a polygon in pixels.
func (pen *pngPen) outline(points []Point) sfnt.Segments {
	segments := make(sfnt.Segments, len(points))
	for i, p := range points {
		segments[i].Op = sfnt.SegmentOpLineTo
		segments[i].Args[0] = pixels(p.X*pen.scale, p.Y*pen.scale)
	}
	if len(points) > 0 {
		segments[0].Op = sfnt.SegmentOpMoveTo
	}
	return segments
}

func pixels(x, y float64) fixed.Point26_6 {
	// Fonts and rasterizer count in 64ths of a pixel.
	return fixed.Point26_6{X: fixed.Int26_6(math.Round(x * 64)), Y: fixed.Int26_6(math.Round(y * 64))}
}

// fill paints what segments enclose, within the box that they take.
func (pen *pngPen) fill(segments sfnt.Segments, ink Ink, opacity float64) {
	if ink == None || len(segments) == 0 {
		return
	}
	bounds := segments.Bounds()
	box := image.Rect(bounds.Min.X.Floor(), bounds.Min.Y.Floor(), bounds.Max.X.Ceil(), bounds.Max.Y.Ceil()).Intersect(pen.image.Bounds())
	if box.Empty() {
		return
	}
	// A rasterizer takes time by its size, so it covers the shape and not the
	// picture.
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p fixed.Point26_6) (x, y float32) {
		return float32(p.X)/64 - float32(box.Min.X), float32(p.Y)/64 - float32(box.Min.Y)
	}
	for _, s := range segments {
		x, y := at(s.Args[0])
		x1, y1 := at(s.Args[1])
		x2, y2 := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			r.ClosePath()
			r.MoveTo(x, y)
		case sfnt.SegmentOpLineTo:
			r.LineTo(x, y)
		case sfnt.SegmentOpQuadTo:
			r.QuadTo(x, y, x1, y1)
		case sfnt.SegmentOpCubeTo:
			r.CubeTo(x, y, x1, y1, x2, y2)
		}
	}
	r.ClosePath()
	r.Draw(pen.image, box, image.NewUniform(color.Color(ink.rgba(opacity))), image.Point{})
}

// fail keeps the first error.
func (pen *pngPen) fail(err error) {
	if pen.err == nil {
		pen.err = err
	}
}
