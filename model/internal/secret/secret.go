// Package secret takes keys out of texts that are shown or saved.
package secret

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// least is how much of a key tells nothing yet: what is longer is hidden. Keys of
// fewer bytes than few are none, and are not hidden: texts would be in shreds.
const least, few = 8, 4

// Hide returns a text without a key, or parts of it of eight bytes and more, as
// it is or as it is written in addresses, JSON, HTML, base64 and hexadecimal, in
// letters of either case. A text is hidden from before it is clipped, since what
// is left of a key at its end may be too short to be known.
func Hide(text, key string) string {
	if len(key) < few {
		return text
	}
	n := min(least, len(key))
	parts := map[string]bool{}
	for _, form := range forms(key) {
		form = lower(form)
		for i := range max(0, len(form)-n+1) {
			parts[form[i:i+n]] = true
		}
	}
	low := lower(text)
	var b strings.Builder
	end := -1 // of the part of the key that was found last
	for i := range max(0, len(low)-n+1) {
		if !parts[low[i:i+n]] {
			continue
		}
		if i > end {
			b.WriteString(text[max(0, end):i] + "[key]")
		}
		end = i + n
	}
	return b.String() + text[max(0, end):]
}

// forms returns how a key may be written.
func forms(key string) []string {
	quoted, _ := json.Marshal(key) // a text always can be
	within := func(s string) string { return s[1 : len(s)-1] }
	percent := ""
	for _, c := range []byte(key) {
		percent += fmt.Sprintf("%%%02x", c)
	}
	all := []string{
		key, within(fmt.Sprintf("%q", key)), within(string(quoted)), html.EscapeString(key),
		url.QueryEscape(key), url.PathEscape(key), percent, hex.EncodeToString([]byte(key)),
	}
	for before := range 3 { // bytes that share a group of four characters with it
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := e.EncodeToString([]byte(strings.Repeat("x", before) + key))
			whole := len(coded) - 1 // the last character may be of what follows too
			all = append(all, coded[min((before*8+5)/6, whole):whole])
		}
	}
	return all
}

// lower returns a text of the same length with small letters, as far as keys have any.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
