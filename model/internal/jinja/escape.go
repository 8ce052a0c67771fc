package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape returns the value of a string literal, by the escapes of Python.
// What is no escape stays as it is, with its backslash. jinja2 leaves this to
// Python's unicode-escape codec.
func unescape(s string, line int) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '\\')
		// no backslash, or one at the end, which stays
		if i < 0 || i+1 == len(s) {
			break
		}
		b.WriteString(s[:i])
		n := 2
		switch c := s[i+1]; c {
		// a line that goes on in the next
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'x', 'u', 'U':
			n += digits(&b, s[i+2:], map[byte]int{'x': 2, 'u': 4, 'U': 8}[c], line)
		default:
			// the letters of C; else up to three octal digits; else nothing that Python knows
			if j := strings.IndexByte("abfnrtv", c); j >= 0 {
				b.WriteByte("\a\b\f\n\r\t\v"[j])
			} else if c >= '0' && c <= '7' {
				n += octal(&b, s[i+1:]) - 1
			} else {
				b.WriteString(s[i : i+2])
			}
		}
		s = s[i+n:]
	}
	return b.String() + s
}

// digits writes the character whose n hexadecimal digits s begins with.
// It returns how many digits it used.
func digits(b *strings.Builder, s string, n, line int) int {
	if len(s) >= n {
		if c, err := strconv.ParseUint(s[:n], 16, 32); err == nil && c <= utf8.MaxRune {
			b.WriteRune(rune(c))
			return n
		}
	}
	panic(at(line, "a string with an escape of less than %d hexadecimal digits, or of no character", n))
}

// octal writes the character whose one to three octal digits s begins with.
func octal(b *strings.Builder, s string) int {
	n, c := 0, rune(0)
	for n < 3 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
		c = c*8 + rune(s[n]-'0')
		n++
	}
	b.WriteRune(c)
	return n
}
