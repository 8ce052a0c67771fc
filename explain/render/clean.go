package render

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// width returns the columns that s takes on most terminals, which count
// characters one by one; escape codes take none.
func width(s string) int {
	columns, code := 0, false
	for _, r := range s {
		switch {
		// A code is ESC, perhaps [, parameters, and a last byte from @ to ~.
		case code:
			code = r == '[' || r < '@' || r > '~'
		case r == '\x1b':
			code = true
		case unicode.Is(unicode.Regional_Indicator, r):
			columns++ // two are a flag
		default:
			columns += displaywidth.Rune(r)
		}
	}
	return columns
}

// disputed reports whether terminals disagree on the width of s: those that
// compose characters give the marks of Indic scripts no column of their own.
func disputed(s string) bool { return displaywidth.String(s) != width(s) }

// inline makes a piece of running text safe to show. Line breaks and tabs stay;
// other control characters become the pictures that Unicode has for them, so
// that a text cannot command the terminal; marks that reorder the line or
// render nothing are dropped.
func inline(s string) string { return strings.Map(visible, s) }

// Printable makes a text that comes from elsewhere safe to print: line ends and tabs
// stay, other control characters become pictures of them, and marks that reorder a
// line or render nothing are dropped, so that no terminal obeys the text.
func Printable(s string) string { return inline(s) }

// own are the escape codes that this package writes: its colors, and orders to go to
// a column. A text that has other codes, such as one that hides what follows, is not
// obeyed.
var own = ownCodes()

// ownCodes lists them from the palettes themselves, so that a color that is added
// there is known here.
func ownCodes() *regexp.Regexp {
	codes := []string{"0"}
	for _, colors := range []int{1 << 24, 256, 16} {
		lowers, raises := palettes(colors)
		for _, p := range []palette{lowers, raises} {
			codes = append(append(codes, p.patch[:]...), p.bar, "7;"+p.bar)
		}
	}
	return regexp.MustCompile(`\x1b\[(?:(?:` + strings.Join(codes, "|") + `)m|[0-9]{1,4}G)`)
}

// Screen is [Printable] of what this package rendered: its colors stay, and so do the
// marks that keep numbers in their place behind right-to-left letters.
func Screen(b []byte) []byte {
	var out strings.Builder
	clean := func(s []byte) {
		for i, part := range strings.Split(string(s), string(leftToRight)) {
			if i > 0 {
				out.WriteRune(leftToRight)
			}
			out.WriteString(inline(part))
		}
	}
	at := 0
	for _, code := range own.FindAllIndex(b, -1) {
		clean(b[at:code[0]])
		out.Write(b[code[0]:code[1]])
		at = code[1]
	}
	clean(b[at:])
	return []byte(out.String())
}

// Of the format characters (Cf) the bidirectional marks can make a line read
// otherwise than it is ("Trojan Source", Boucher & Anderson 2021), and zero-width
// ones make different texts look alike.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\u200c' || r == '\u200d': // joiners shape letters and reorder nothing
		return r
	case r < 0x20:
		return '␀' + r
	case r == 0x7f:
		return '␡'
	// The C1 controls, which some terminals obey as they do ESC and a letter.
	case r == utf8.RuneError, unicode.Is(unicode.Cc, r):
		return unicode.ReplacementChar
	case r == '\u2028', r == '\u2029':
		return '\n'
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// cell makes s fit for a cell of a table: one line, and of a width that all
// terminals agree on. An emoji built of several is shown as its parts, without
// the joiners, skin tones and variation marks of which terminals make different
// things. A cell with right-to-left letters ends in a mark that keeps the
// numbers after it from being reordered.
func cell(s string) string {
	var b strings.Builder
	rtl := false
	for _, r := range s {
		if r = cellRune(r, b.Len() == 0); r < 0 {
			continue
		}
		if b.Len() == 0 && unicode.Is(unicode.M, r) {
			b.WriteRune('◌') // an accent alone would sit on the border
		}
		rtl = rtl || unicode.In(r, rightToLeft...)
		b.WriteRune(r)
	}
	switch {
	// Nothing of it can be seen, and an empty cell would look like a player without
	// text.
	case b.Len() == 0 && s != "":
		return codePoints(s)
	case rtl:
		b.WriteRune(leftToRight)
	}
	return b.String()
}

const leftToRight = '\u200e'

var rightToLeft = []*unicode.RangeTable{
	unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Samaritan,
	unicode.Mandaic, unicode.Adlam, unicode.Hanifi_Rohingya,
}

// cellRune is visible for a cell, which has one line: line ends and tabs are shown
// as pictures. A skin tone that begins a cell is left, as there is nothing else to
// show.
func cellRune(r rune, first bool) rune {
	switch {
	case r == '\n' || r == '\t':
		return '␀' + r
	case r == '\u2028' || r == '\u2029':
		return '␊'
	case r == '\u200c' || r == '\u200d':
		return -1
	case unicode.Is(unicode.Variation_Selector, r):
		return -1
	case !first && r >= 0x1F3FB && r <= 0x1F3FF: // skin tones
		return -1
	}
	return visible(r)
}

// codePoints spells out characters that cannot be seen.
func codePoints(s string) string {
	var names []string
	for _, r := range s {
		names = append(names, fmt.Sprintf("%U", r))
	}
	return strings.Join(names, " ")
}

// fit cuts a cleaned cell to so many columns, with an ellipsis where it was cut.
func fit(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	cut, used := "", 1
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		if used += width(g.Value()); used > columns {
			break
		}
		cut += g.Value()
	}
	cut += "…"
	if strings.HasSuffix(s, string(leftToRight)) {
		cut += string(leftToRight)
	}
	return cut
}

// wrap breaks a line at spaces so that it fits so many columns.
func wrap(line string, columns int) string {
	var b strings.Builder
	used := 0
	for i, word := range strings.Split(line, " ") {
		w := width(word)
		switch {
		case i == 0:
		case used+1+w > columns:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += w
	}
	return b.String()
}

// escape makes s stand in Markdown as it is.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		// What GitHub's Markdown gives a meaning within a line: code, emphasis,
		// links, HTML and entities, columns of tables, strikethrough and
		// mathematics.
		if strings.ContainsRune("\\`*_[]<|~&$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
