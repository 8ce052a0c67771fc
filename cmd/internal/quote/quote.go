// Package quote writes words as shells and YAML read them.
package quote

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shells quotes words for a shell, and sets them apart with spaces.
func Shells(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, Shell(w))
	}
	return strings.Join(quoted, " ")
}

// Shell quotes a word for a shell where it needs that.
func Shell(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,@%+", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Typed quotes a word for a shell as it can be typed: on one line, and with nothing
// in it that cannot be seen.
// It is $'…', which bash, zsh and ksh read (POSIX from 2024 on): octal escapes are
// at most three digits there, so no digit that follows can be taken for one of
// theirs.
func Typed(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return Shell(s)
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch c := strings.IndexRune("\n\t\r\\'", r); {
		case c >= 0:
			b.WriteString([]string{`\n`, `\t`, `\r`, `\\`, `\'`}[c])
		case unicode.IsPrint(r) && (r != utf8.RuneError || size > 1):
			b.WriteRune(r)
		default:
			for _, c := range []byte(s[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		s = s[size:]
	}
	return "$'" + b.String() + "'"
}

// YAML returns s as a string of YAML, of which those of JSON are some: those
// without characters that YAML takes for line ends or does not allow.
func YAML(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // strings can be written
	}
	var out strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
