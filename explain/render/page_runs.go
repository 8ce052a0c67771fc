package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A run is a piece of text for a page: as it stands, or the name of a character
// that cannot be seen and might mislead.
type run struct {
	Text   string
	Hidden bool
}

// runs breaks text into what can be shown as it is and characters that command
// the order or the look of others. White space stays, and so do the joiners that
// scripts and emoji need. Bytes that are no UTF-8 become U+FFFD.
func runs(text string) []run {
	var out []run
	start := 0
	for at, r := range text {
		size := utf8.RuneLen(r)
		// Either U+FFFD itself, of three bytes, or a byte that is no UTF-8, of one.
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[at:])
		}
		if name := hidden(r); name != "" {
			if start < at {
				out = append(out, run{Text: text[start:at]})
			}
			out = append(out, run{name, true})
			start = at + size
		}
	}
	if start < len(text) {
		out = append(out, run{Text: text[start:]})
	}
	return out
}

// hidden names a character that cannot be seen, "" for one that can.
func hidden(r rune) string {
	switch {
	case r == '\n', r == '\t', r == '\u200c', r == '\u200d', r == '\u00ad':
		return ""
	case r >= '␀' && r <= '␡': // what [cell] makes of control characters; few fonts have them
		return control(r)
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r), unicode.Is(unicode.Co, r):
		return fmt.Sprintf("%U", r)
	}
	return ""
}

// control names the character of which r is the picture.
func control(r rune) string {
	if r == '␡' {
		return "U+007F"
	}
	return fmt.Sprintf("%U", r-'␀')
}

// drawn makes s fit for a picture: as [cell] does, but with names for the
// pictures of control characters, which few fonts have.
func drawn(s string) string {
	var b strings.Builder
	for _, r := range cell(s) {
		if r >= '␀' && r <= '␡' {
			b.WriteString(control(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
