package picture

import (
	"errors"
	"fmt"
	"math"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// CheckText returns the [GlyphError] that [Picture.PNG] would return for a text,
// so that it can be told before there is a picture.
func CheckText(text string, o PNGOptions) error {
	face, err := parseFont(o.Font)
	if err != nil {
		return err
	}
	pen := &pngPen{face: face}
	for _, r := range drawable(text) {
		if !unicode.IsControl(r) {
			pen.glyph(r, DefaultSize)
		}
	}
	return pen.err
}

// png measures the words before it draws them: the anchor may be their middle or
// end. An error is kept by the pen, for a picture is drawn to its end or not at
// all.
func (w words) png(pen *pngPen) {
	runes := drawable(w.text)
	advances := make([]float64, len(runes))
	glyphs := make([]sfnt.GlyphIndex, len(runes))
	size := w.font.size() * pen.scale
	total := 0.0
	for i, r := range runes {
		glyphs[i], advances[i] = pen.glyph(r, size)
		total += advances[i]
	}
	// Start, Middle and End are 0, 1 and 2 halves of the width.
	x := -total * float64(w.font.Anchor) / float64(End)
	sin, cos := math.Sincos(w.font.Turn * math.Pi / 180)
	for i := range glyphs {
		segments, err := pen.face.LoadGlyph(&pen.buffer, glyphs[i], fixed.Int26_6(size*64), nil)
		if err != nil && !errors.Is(err, sfnt.ErrNotFound) {
			pen.fail(fmt.Errorf("picture: font: %w", err))
			return
		}
		placed := make(sfnt.Segments, len(segments))
		for j, s := range segments {
			for k, a := range s.Args {
				gx, gy := x+float64(a.X)/64, float64(a.Y)/64
				// Turned around the anchor; y points down, so that positive angles
				// are clockwise.
				s.Args[k] = pixels(w.at.X*pen.scale+gx*cos-gy*sin, w.at.Y*pen.scale+gx*sin+gy*cos)
			}
			placed[j] = s
		}
		pen.fill(placed, w.font.ink(), 1)
		if w.font.Bold { // there is no bold font: draw it again a little aside
			for j := range placed {
				for k := range placed[j].Args {
					placed[j].Args[k].X += fixed.Int26_6(size * 64 / 28)
				}
			}
			pen.fill(placed, w.font.ink(), 1)
		}
		x += advances[i]
	}
}

// glyph returns the glyph of a character, and how far the next one is.
func (pen *pngPen) glyph(r rune, size float64) (sfnt.GlyphIndex, float64) {
	if unicode.In(r, shaped...) {
		pen.fail(&GlyphError{Rune: r, Script: true})
	}
	index, err := pen.face.GlyphIndex(&pen.buffer, r)
	if err != nil || index == 0 {
		pen.fail(&GlyphError{Rune: r})
	}
	advance, err := pen.face.GlyphAdvance(&pen.buffer, index, fixed.Int26_6(size*64), font.HintingNone)
	if err != nil {
		pen.fail(fmt.Errorf("picture: font: %w", err))
	}
	return index, float64(advance) / 64
}
