package picture

import (
	"fmt"
	"image/color"
	"strings"
)

// An Ink is the role of a color. Blue and orange remain apart for every common
// kind of color blindness; as words on paper all but Grid and Paper have a
// contrast of at least 4.5 to 1, in the light and in the dark.
type Ink uint8

// The inks.
const (
	None   Ink = iota
	Text       // words and axes
	Faint      // words of less weight
	Grid       // lines that only guide the eye
	Paper      // what is drawn on
	Raises     // scores above zero: blue
	Lowers     // scores below zero: orange
	Third      // further lines of a chart
	Fourth
	Fifth
)

// Series returns the ink of the line of that number in a chart, from 0.
func Series(i int) Ink {
	return []Ink{Raises, Lowers, Third, Fourth, Fifth, Faint}[i%6]
}

// An inkwell is an ink in both themes.
type inkwell struct {
	name        string
	light, dark uint32 // 0xRRGGBB
}

var inks = [...]inkwell{
	Text:   {"text", 0x1c1e21, 0xe8e8ea},
	Faint:  {"faint", 0x5b6068, 0xa9adb5},
	Grid:   {"grid", 0xd3d6db, 0x43474e},
	Paper:  {"paper", 0xffffff, 0x17181b},
	Raises: {"raises", 0x2167b0, 0x74b8f0},
	Lowers: {"lowers", 0xb84e00, 0xf6a75c},
	Third:  {"third", 0x00735a, 0x5fcfa8},
	Fourth: {"fourth", 0x93377a, 0xe69ad2},
	Fifth:  {"fifth", 0x755200, 0xd8bd6a},
}

func hex(rgb uint32) string { return fmt.Sprintf("#%06x", rgb) }

func (i Ink) light() string { return hex(inks[i].light) }

// rgba returns the ink in the light, as strong as opacity.
func (i Ink) rgba(opacity float64) color.NRGBA {
	v := inks[i].light
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), uint8(opacity*255 + .5)}
}

// Variables returns the CSS declarations of all inks, as in "--raises:#2167b0;",
// for the dark theme or the light one.
func Variables(dark bool) string {
	var b strings.Builder
	for _, w := range inks[Text:] {
		v := w.light
		if dark {
			v = w.dark
		}
		fmt.Fprintf(&b, "--%s:%s;", w.name, hex(v))
	}
	return b.String()
}

// Rules returns the CSS rules that color the shapes of pictures by the
// variables of [Variables]: a page needs them once.
func Rules() string {
	var b strings.Builder
	for _, w := range inks[Text:] {
		fmt.Fprintf(&b, ".f-%[1]s{fill:var(--%[1]s)}.s-%[1]s{stroke:var(--%[1]s)}", w.name)
	}
	return b.String()
}
