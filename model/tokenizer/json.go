package tokenizer

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A reader pulls values out of a JSON document from front to back. It exists because vocabularies have up to
// hundreds of thousands of entries, whose strings it returns without copying. The first error sticks: then every
// method returns a zero value and calls no function.
// Its methods and the callbacks of object and array call one another as the document
// nests, so that a caller reads its structure top down.
type reader struct {
	src string
	pos int
	err error
}

// maxDepth bounds nesting, so that a hostile file cannot exhaust the stack.
// Only values that are skipped nest as the file likes; all else has a fixed structure.
const maxDepth = 64

// fail keeps the first error with its place.
func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("byte %d: %s", r.pos, fmt.Sprintf(format, args...))
		// nothing is left to read, so that all loops end
		r.pos = len(r.src)
	}
}

// peek skips white space and returns the next byte, 0 at the end.
func (r *reader) peek() byte {
	for r.pos < len(r.src) {
		switch c := r.src[r.pos]; c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

// expect reads the next byte, which must be c.
func (r *reader) expect(c byte) {
	if got := r.peek(); got != c {
		r.fail("want %q, have %q", c, got)
		return
	}
	r.pos++
}

// object calls member for each member; member must read the value.
func (r *reader) object(member func(key string)) {
	r.list('{', '}', func() {
		key := r.string()
		r.expect(':')
		if r.err == nil {
			member(key)
		}
	})
}

// array calls element for each element; element must read it.
func (r *reader) array(element func()) {
	r.list('[', ']', element)
}

// list reads items with commas between them; a comma behind the last one is a fault.
func (r *reader) list(open, shut byte, item func()) {
	r.expect(open)
	if r.err == nil && r.peek() == shut {
		r.pos++
		return
	}
	for r.err == nil {
		item()
		if r.peek() != ',' {
			r.expect(shut)
			return
		}
		r.pos++
	}
}

// string reads a string; without escapes it is a part of the source.
// Strings are parts of the source, so that whoever keeps one keeps all of it.
func (r *reader) string() string {
	r.expect('"')
	for i := r.pos; i < len(r.src); i++ {
		switch c := r.src[i]; {
		case c == '"':
			s := r.src[r.pos:i]
			r.pos = i + 1
			return s
		case c == '\\':
			return r.escaped(i)
		case c < ' ':
			r.fail("control character in a string")
			return ""
		}
	}
	r.fail("string without an end")
	return ""
}

// escaped reads the rest of a string whose first escape is at byte i.
func (r *reader) escaped(i int) string {
	var b strings.Builder
	b.WriteString(r.src[r.pos:i])
	for r.pos = i; r.pos < len(r.src); {
		c := r.src[r.pos]
		r.pos++
		switch {
		case c == '"':
			return b.String()
		case c < ' ':
			r.fail("control character in a string")
		case c == '\\':
			r.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	r.fail("string without an end")
	return ""
}

// escape reads what follows a backslash.
func (r *reader) escape(b *strings.Builder) {
	const names, values = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := r.src[r.pos:min(r.pos+1, len(r.src))]
	r.pos += len(c)
	if c != "u" {
		if i := strings.Index(names, c); i >= 0 && c != "" {
			b.WriteByte(values[i])
			return
		}
		r.fail("unknown escape")
		return
	}
	// one unit of UTF-16, or the first of two
	code := r.hex()
	// half a pair alone is no character, which Go would read as U+FFFD without a word
	if utf16.IsSurrogate(code) {
		if !strings.HasPrefix(r.src[r.pos:], `\u`) {
			r.fail("half a surrogate pair")
			return
		}
		r.pos += 2
		if code = utf16.DecodeRune(code, r.hex()); code == utf8.RuneError {
			r.fail("half a surrogate pair")
		}
	}
	b.WriteRune(code)
}

// hex reads the four digits of a \u escape: a UTF-16 code unit.
func (r *reader) hex() rune {
	end := min(r.pos+4, len(r.src))
	v, err := strconv.ParseUint(r.src[r.pos:end], 16, 16)
	if err != nil || end-r.pos != 4 {
		r.fail("bad \\u escape")
		return 0
	}
	r.pos = end
	return rune(v)
}

// number returns the text of a number.
func (r *reader) number() string {
	r.peek()
	start := r.pos
	for r.pos < len(r.src) && isNumberByte(r.src[r.pos]) {
		r.pos++
	}
	if start == r.pos {
		r.fail("want a number")
		return ""
	}
	return r.src[start:r.pos]
}

// The digits are checked when the number is converted, and only then.
func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c|0x20 == 'e'
}

// Vocabularies have nothing but integers for ids; 1.0 is a fault.
func (r *reader) int() int {
	s := r.number()
	v, err := strconv.Atoi(s)
	if err != nil {
		r.fail("%q is not an integer", s)
	}
	return v
}

func (r *reader) float() float64 {
	s := r.number()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		r.fail("%q is not a number", s)
	}
	return v
}

// raw skips a value and returns its text.
func (r *reader) raw() string {
	r.peek()
	start := r.pos
	r.skip(0)
	if r.err != nil {
		return ""
	}
	return r.src[start:r.pos]
}

// skip passes over a value, which must be JSON as far as its structure goes.
func (r *reader) skip(depth int) {
	if depth > maxDepth {
		r.fail("nested deeper than %d", maxDepth)
		return
	}
	switch c := r.peek(); {
	case c == '{':
		r.object(func(string) { r.skip(depth + 1) })
	case c == '[':
		r.array(func() { r.skip(depth + 1) })
	case c == '"':
		r.string()
	case c == '-' || c >= '0' && c <= '9':
		r.number()
	default:
		r.literal()
	}
}

// literal skips null, true or false.
func (r *reader) literal() {
	for _, word := range [...]string{"null", "true", "false"} {
		if strings.HasPrefix(r.src[r.pos:], word) {
			r.pos += len(word)
			return
		}
	}
	r.fail("want a value")
}

// end fails unless only white space is left.
func (r *reader) end() {
	if c := r.peek(); r.pos < len(r.src) {
		r.fail("%q after the end", c)
	}
}
