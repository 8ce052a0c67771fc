package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A verb is what stands behind a % in a format.
// The order in the text is %(name)flags width.precision letter.
type verb struct {
	// left, a sign always, a space for plus, zeros for spaces, and the prefix of the base
	minus, plus, space, zero, sharp bool
	width, precision                int // precision -1: none
	// letter is one of diouxXeEfFgGcrsa%.
	letter byte
}

// A formatter does format % values.
// Values are taken one after the other, by widths that are * as well.
type formatter struct {
	*builder
	values []Value
	next   int
	dict   *dict // where the values have names
}

// printf returns t % v.
func (r *run) printf(t Text, v Value) Text {
	// a tuple has a value for each verb; anything else is the one value
	f := &formatter{builder: &builder{run: r}, values: []Value{v}}
	switch v := v.(type) {
	case *list:
		if v.isTuple() {
			f.values = v.items
		}
	case *dict:
		f.dict = v
	}
	rest := t
	for {
		at := strings.IndexByte(rest.s, '%')
		if at < 0 {
			break
		}
		f.add(rest.cut(0, at))
		rest = rest.cut(at, len(rest.s))
		n := f.verb(rest.s[1:])
		rest = rest.cut(1+n, len(rest.s))
	}
	f.add(rest)
	// a dict may have more than is asked for
	if f.dict == nil && f.next < len(f.values) {
		r.fail("%%: not all arguments converted during string formatting")
	}
	return f.text()
}

// verb writes what the text behind a % asks for, and returns the verb's length.
func (f *formatter) verb(s string) int {
	v := verb{precision: -1}
	i := 0
	var named Value
	// %(name)s: then all values are named
	if strings.HasPrefix(s, "(") {
		end := strings.IndexByte(s, ')')
		if end < 0 || f.dict == nil {
			f.run.fail("%%: format requires a mapping")
		}
		if named = f.run.get(f.dict, Plain(s[1:end])); named == nil {
			f.run.fail("%%: no value for %q", s[1:end])
		}
		i = end + 1
	}
	for ; i < len(s) && strings.IndexByte("-+ 0#", s[i]) >= 0; i++ {
		v.flag(s[i])
	}
	i += f.size(s[i:], &v.width)
	// a width of * may be negative, which means to the left
	if v.width < 0 {
		v.minus, v.width = true, -v.width
	}
	if i < len(s) && s[i] == '.' {
		v.precision = 0
		i += 1 + f.size(s[i+1:], &v.precision)
	}
	// lengths of C's types, which Python reads over
	for i < len(s) && strings.IndexByte("hlL", s[i]) >= 0 {
		i++
	}
	if i == len(s) {
		f.run.fail("%%: incomplete format")
	}
	v.letter = s[i]
	if named == nil && (v.letter != '%' || i > 0) {
		named = f.take()
	}
	f.format(v, named)
	return i + 1
}

func (v *verb) flag(c byte) {
	switch c {
	case '-':
		v.minus = true
	case '+':
		v.plus = true
	case ' ':
		v.space = true
	case '0':
		v.zero = true
	case '#':
		v.sharp = true
	}
}

// size reads a width or precision, which may be a value, and returns its
// length.
// A number too large for an int is any that is too large for a text.
func (f *formatter) size(s string, size *int) int {
	if strings.HasPrefix(s, "*") {
		*size = f.run.number(f.take(), "%*")
		return 1
	}
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if n > 0 {
		v, err := strconv.Atoi(s[:n])
		if err != nil {
			v = maxBytes + 1
		}
		*size = v
	}
	return n
}

// take returns the next value.
func (f *formatter) take() Value {
	if f.next == len(f.values) {
		f.run.fail("%%: not enough arguments for format string")
	}
	f.next++
	return f.values[f.next-1]
}

// format writes one value. %s cuts a text to its precision in characters.
func (f *formatter) format(v verb, value Value) {
	switch v.letter {
	case '%':
		f.plain("%")
	case 's', 'r', 'a':
		// %s is str, %r and %a are repr
		t := f.run.print(value)
		if v.letter != 's' {
			t = f.run.repr(value)
		}
		if v.precision >= 0 && v.precision < t.length() {
			t = t.cut(0, t.offset(v.precision))
		}
		f.padded(v, Text{}, t, " ")
	case 'c':
		// %c takes one character or its code point
		t, ok := value.(Text)
		if n, is := whole(value); is && n >= 0 && n <= utf8.MaxRune {
			t, ok = Plain(string(rune(n))), true
		}
		if !ok || t.length() != 1 {
			f.run.fail("%%c requires int or char")
		}
		f.padded(v, Text{}, t, " ")
	case 'd', 'i', 'u', 'x', 'X', 'o':
		f.integer(v, value)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f.float(v, value)
	default:
		f.run.fail("%%: unsupported format character %q", v.letter)
	}
}

// padded writes a sign and digits, or a text, as wide as is wanted.
// zero is "0" for verbs that the flag 0 counts for: numbers are filled up behind their
// sign, texts never with zeros.
func (f *formatter) padded(v verb, sign, t Text, zero string) {
	pad := f.run.fillOf(" ", v.width-sign.length()-t.length())
	switch {
	case v.minus:
		f.add(sign)
		f.add(t)
		f.add(pad)
	case v.zero && zero == "0":
		f.add(sign)
		f.plain(strings.Repeat("0", len(pad.s)))
		f.add(t)
	default:
		f.add(pad)
		f.add(sign)
		f.add(t)
	}
}

// sign returns what stands before the digits: a plus counts over a space.
func (v verb) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case v.plus:
		return "+"
	case v.space:
		return " "
	}
	return ""
}

// integer writes d, i, u, o, x and X; d takes floats as well, cut to their whole part.
// The precision is the least number of digits.
func (f *formatter) integer(v verb, value Value) {
	n := bigOf(value)
	if x, ok := value.(float); ok && n == nil && strings.IndexByte("diu", v.letter) >= 0 && !math.IsInf(float64(x), 0) && !math.IsNaN(float64(x)) {
		n, _ = big.NewFloat(float64(x)).Int(nil)
	}
	if n == nil {
		f.run.defined(value)
		f.run.fail("%%%c format: a real number is required, not %s", v.letter, value.kind())
	}
	base := map[byte]int{'x': 16, 'X': 16, 'o': 8}[v.letter]
	// d, i and u
	if base == 0 {
		base = 10
	}
	s := new(big.Int).Abs(n).Text(base)
	sign := v.sign(n.Sign() < 0)
	if v.sharp && base != 10 {
		sign += "0" + string(v.letter)
	}
	if v.letter == 'X' {
		s = strings.ToUpper(s)
	}
	// behind the sign and before the digits
	zeros := f.run.fillOf("0", v.precision-len(s))
	f.padded(v, Plain(sign), Plain(zeros.s+s), "0")
}

// float writes e, f and g in both cases; −0.0 keeps its sign.
func (f *formatter) float(v verb, value Value) {
	x, ok := floatOf(value)
	if !ok {
		f.run.defined(value)
		f.run.fail("%%%c format: must be real number, not %s", v.letter, value.kind())
	}
	f.run.makes(min(max(v.precision, 0), maxBytes+1))
	s := floatFormat(math.Abs(x), v.letter, v.precision, v.sharp)
	f.padded(v, Plain(v.sign(math.Signbit(x) && !math.IsNaN(x))), Plain(s), "0")
}

// floatFormat spells a float as C does for a letter of efgEFG.
// precision -1 is C's default of 6. Sharp keeps the point and the zeros that g leaves
// out.
func floatFormat(x float64, letter byte, precision int, sharp bool) string {
	if precision < 0 {
		precision = 6
	}
	// E, F and G differ in their letters only
	capital := letter < 'a'
	lower := letter | 0x20
	s := ""
	switch {
	case math.IsInf(x, 0):
		s = "inf"
	case math.IsNaN(x):
		s = "nan"
	case lower != 'g':
		s = strconv.FormatFloat(x, lower, precision, 64)
		if sharp && precision == 0 && lower == 'f' {
			s += "."
		}
	default:
		s = general(x, max(precision, 1), sharp)
	}
	if capital {
		s = strings.ToUpper(s)
	}
	return s
}

// general spells a float with so many digits, as C does for g.
// That is an exponent where it is below -4 or not below the number of digits, decided
// after rounding.
func general(x float64, digits int, sharp bool) string {
	e := strconv.FormatFloat(x, 'e', digits-1, 64)
	at := strings.IndexByte(e, 'e')
	exponent, _ := strconv.Atoi(e[at+1:])
	// with an exponent, unless it is small enough to be written out
	mantissa, tail := e[:at], e[at:]
	if exponent >= -4 && exponent < digits {
		mantissa, tail = strconv.FormatFloat(x, 'f', digits-1-exponent, 64), ""
	}
	if !sharp && strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	return mantissa + tail
}
