package render

import (
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain/render/picture"
)

// A heat is the layout of a picture of a matrix.
type heat struct {
	Matrix
	largest       float64
	negative      bool
	left, top     float64 // of the first cell
	width, height float64 // of a cell
	turned        bool    // whether names of columns stand upright
	number        func(float64) string
}

// Picture draws the matrix as a heat map: the stronger a number, the stronger
// the color of its cell. Cells hold their numbers where there is room; in
// smaller ones a stroke marks what is below zero.
func (m Matrix) Picture() (*picture.Picture, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	m = m.tidy()
	h := m.layout()
	p := canvas(m.Title, m.described(), 0)
	p.Width = max(pictureWidth, h.left+h.width*float64(len(m.Columns))+20)
	bottom := h.top + h.height*float64(len(m.Rows))
	p.Height = bottom + 48
	h.heads(p)
	for i, row := range m.Values {
		for j, v := range row {
			if finite(v) {
				h.cell(p, i, j, v)
			}
		}
	}
	h.legend(p, bottom+14)
	return p, nil
}

// layout turns the names of columns upright as soon as one is wider than a cell.
func (m Matrix) layout() heat {
	h := heat{Matrix: m, number: m.number()}
	h.largest, h.negative = m.strongest()
	names, longest := 0.0, 0.0
	for _, s := range m.Rows {
		names = max(names, picture.Measure(drawn(s), picture.Font{}))
	}
	for _, s := range m.Columns {
		longest = max(longest, picture.Measure(drawn(s), picture.Font{Size: 12}))
	}
	// Units of the picture, which is 760 wide: names take what they need up to 220,
	// cells what is left, between 9, where a cell is still seen, and 72, where a
	// number has room.
	h.left = min(names, 220) + 24
	h.width = min(max((pictureWidth-20-h.left)/float64(len(m.Columns)), 9), 72)
	h.height = min(26, max(h.width, 11))
	h.turned = longest > h.width-6
	h.top = titleHeight + 26
	if h.turned {
		h.top = titleHeight + min(longest, 120) + 12
	}
	return h
}

// heads writes the names of rows and columns.
func (h heat) heads(p *picture.Picture) {
	for i, s := range h.Rows {
		f := picture.Font{Size: min(13, h.height), Anchor: picture.End}
		p.Words(h.left-8, h.y(i)+h.height/2+f.Size/3, picture.Fit(drawn(s), f, h.left-16), f)
	}
	for j, s := range h.Columns {
		f := picture.Font{Size: min(12, h.width), Anchor: picture.Middle}
		x, y := h.x(j)+h.width/2, h.top-8
		if h.turned {
			f.Turn, f.Anchor = -90, picture.Start
			x += f.Size / 3
		}
		p.Words(x, y, picture.Fit(drawn(s), f, 120), f)
	}
}

func (h heat) x(column int) float64 { return h.left + float64(column)*h.width }
func (h heat) y(row int) float64    { return h.top + float64(row)*h.height }

// mostInk is the strongest color of a ground: words on it keep a contrast of 4.5
// to 1 in the light and in the dark.
const mostInk = 0.5

// strengthOf is how strongly the ground of v is colored.
func strengthOf(v, largest float64) float64 {
	if largest == 0 {
		return 0
	}
	return mostInk * math.Abs(v) / largest
}

// cell writes the number where it fits; the tip has it in any case.
func (h heat) cell(p *picture.Picture, i, j int, v float64) {
	x, y := h.x(j), h.y(i)
	tip := fmt.Sprintf("%s × %s: %s", drawn(h.Rows[i]), drawn(h.Columns[j]), h.number(v))
	// Opacity zero means none given, which is full: a cell of zero needs a little.
	style := picture.Style{Fill: side(v), Opacity: max(strengthOf(v, h.largest), 0.004), Tip: tip}
	p.Rect(x+.5, y+.5, h.width-1, h.height-1, style)
	f := picture.Font{Size: 11, Anchor: picture.Middle}
	middle := x + h.width/2
	switch s := h.number(v); {
	case h.height >= 14 && picture.Measure(s, f) <= h.width-4:
		p.Words(middle, y+h.height/2+4, s, f)
	case v < 0 && s != h.number(0):
		p.Line([]picture.Point{{X: middle - 2.5, Y: y + h.height/2}, {X: middle + 2.5, Y: y + h.height/2}}, picture.Style{Stroke: picture.Text, Width: 1.2})
	}
}

// legend shows what the colors mean.
func (h heat) legend(p *picture.Picture, y float64) {
	const steps, width, height = 9, 22.0, 12.0
	low := 0.0
	if h.negative {
		low = -h.largest
	}
	f := picture.Font{Size: 11, Ink: picture.Faint, Anchor: picture.End}
	x := h.left + picture.Measure(h.number(low), f) + 6
	p.Words(x-6, y+height-2, h.number(low), f)
	for i := range steps {
		v := low + (h.largest-low)*float64(i)/(steps-1)
		p.Rect(x, y, width, height, picture.Style{Fill: side(v), Opacity: max(strengthOf(v, h.largest), 0.004)})
		if v < 0 {
			p.Line([]picture.Point{{X: x + width/2 - 3, Y: y + height/2}, {X: x + width/2 + 3, Y: y + height/2}}, picture.Style{Stroke: picture.Text})
		}
		x += width
	}
	f.Anchor = picture.Start
	p.Words(x+6, y+height-2, h.number(h.largest)+"  "+h.Unit, f)
}
