package program

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// maxWords is how much of its standard error is kept of a program, in bytes.
const maxWords = 2 << 10

// lastWords keeps the end of what is written to it.
type lastWords struct {
	mu   sync.Mutex
	text []byte
	cut  bool
}

// Write never fails.
func (w *lastWords) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text = append(w.text, b[max(0, len(b)-maxWords):]...)
	if over := len(w.text) - maxWords; over > 0 || len(b) > maxWords {
		w.text, w.cut = append(w.text[:0], w.text[max(0, over):]...), true
	}
	return len(b), nil
}

// String returns what was kept, whole lines where there are any.
func (w *lastWords) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := string(w.text)
	if _, rest, ok := strings.Cut(s, "\n"); ok && w.cut && strings.TrimSpace(rest) != "" {
		s = rest
	}
	return printable(strings.TrimSpace(s))
}

// colors are what programs write to color their terminal.
var colors = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

// printable takes out of a text whatever could command a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.ReplaceAll(colors.ReplaceAllString(s, ""), "\r", "\n"), "�"))
}
