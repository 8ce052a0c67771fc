package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzPrintable: nothing that is printed commands a terminal.
func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"plain\n\ttext", "\x1b]52;c;eA==\a", "\x1b[31mred\x1b[0m", "a\u202eb", "\u009b2J", "\xff\r\x00", "\x1b[\x1b[31m31m", "שלום\u200e 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Printable(s)
		if r := obeyed(got); r >= 0 || !utf8.ValidString(got) {
			t.Errorf("%q is printed as %q", s, got)
		}
		if again := Printable(got); again != got {
			t.Errorf("%q, then %q", got, again)
		}
		screen := own.ReplaceAllString(string(Screen([]byte(s))), "")
		if r := obeyed(strings.ReplaceAll(screen, string(leftToRight), "")); r >= 0 {
			t.Errorf("%q is shown as %q", s, screen)
		}
	})
}

// obeyed returns where s has a character that terminals may obey, −1 for nowhere.
func obeyed(s string) int {
	return strings.IndexFunc(s, func(r rune) bool {
		return r != '\n' && r != '\t' && r != '\u200c' && r != '\u200d' && unicode.In(r, unicode.Cc, unicode.Cf)
	})
}
