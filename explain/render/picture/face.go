package picture

import (
	"fmt"
	"sort"
	"sync"
	"unicode"

	"github.com/go-fonts/dejavu/dejavusans"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// builtin is DejaVu Sans: Latin, Greek, Cyrillic and many symbols.
var builtin = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(dejavusans.TTF) })

// A GlyphError tells that a font cannot draw a character, or that its script
// takes more than drawing one character after another.
type GlyphError struct {
	Rune   rune
	Script bool // the font may have it, but its script has to be shaped
}

// Error shows the character, and its code point where only the font is at fault.
func (e *GlyphError) Error() string {
	if e.Script {
		return fmt.Sprintf("picture: PNG cannot have %q: letters of its script join or run from right to left", e.Rune)
	}
	return fmt.Sprintf("picture: the font has no %q (%U)", e.Rune, e.Rune)
}

// parseFont reads a TrueType or OpenType font, of a collection the first.
func parseFont(data []byte) (*sfnt.Font, error) {
	if data == nil {
		return builtin()
	}
	fonts, err := sfnt.ParseCollection(data)
	if err != nil {
		return nil, fmt.Errorf("picture: no TrueType or OpenType font: %w", err)
	}
	return fonts.Font(0)
}

// shaped are the scripts that cannot be drawn character by character.
var shaped = []*unicode.RangeTable{
	unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan, unicode.Mandaic,
	unicode.Adlam, unicode.Hanifi_Rohingya, unicode.Mongolian, unicode.Phags_Pa,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.Thai, unicode.Lao,
}

// drawable returns the characters of text to draw, composed where that can be.
func drawable(text string) []rune {
	var out []rune
	for _, r := range norm.NFC.String(text) {
		if !unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Variation_Selector, r) {
			out = append(out, r)
		}
	}
	return out
}

// Measure returns about how wide words are drawn. Most fonts of screens are a
// little narrower than the one measured.
func Measure(text string, f Font) float64 {
	face, err := builtin()
	if err != nil {
		return float64(len(text)) * f.size()
	}
	var buffer sfnt.Buffer
	width := 0.0
	for _, r := range drawable(text) {
		index, err := face.GlyphIndex(&buffer, r)
		advance := fixed.I(64) // of an em that is 64 wide
		if err == nil && index != 0 {
			advance, _ = face.GlyphAdvance(&buffer, index, fixed.I(64), font.HintingNone)
		} else if unicode.Is(unicode.M, r) {
			advance = 0
		}
		width += float64(advance) / 64 / 64
	}
	return width * f.size()
}

// Fit returns text cut to a width, with an ellipsis where it was cut.
func Fit(text string, f Font, width float64) string {
	if Measure(text, f) <= width {
		return text
	}
	runes := []rune(text)
	// Widths grow with the text, so the longest that fits can be bisected for.
	tooLong := func(n int) bool { return Measure(string(runes[:n+1])+"…", f) > width }
	runes = runes[:sort.Search(len(runes), tooLong)]
	// Accents at the cut would sit on the ellipsis if their letter were gone; they
	// go with it.
	for len(runes) > 0 && unicode.Is(unicode.M, runes[len(runes)-1]) {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
