package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// format is the method format of strings: {}, {0}, {name.attribute[item]!r:spec}.
func (r *run) format(t Text, a *args) Text {
	f := &fields{formatter: &formatter{builder: &builder{run: r}, values: a.positional}, named: dictOf(r, &args{names: a.names, named: a.named}).(*dict)}
	f.write(t, 0)
	return f.text()
}

// Fields writes a format with fields in braces.
// The rules are Python's string formatting ("Format String Syntax"), with attributes
// and items looked up as a template's: nothing of Python's objects can be reached,
// which is how str.format breaks out of other sandboxes.
type fields struct {
	*formatter
	named    *dict
	numbered int // -1: by numbers of their own, 1: one after the other
}

// Nest is 1 in the specification of a field, which may have fields
// itself.
func (f *fields) write(t Text, nest int) {
	if nest > 2 {
		f.run.fail("format: max string recursion exceeded")
	}
	for start := 0; ; {
		at := strings.IndexAny(t.s[start:], "{}")
		if at < 0 {
			f.add(t.cut(start, len(t.s)))
			return
		}
		at += start
		// {{ and }} stand for the braces themselves, but in a specification they open a field
		brace := t.s[at]
		f.add(t.cut(start, at))
		if at+1 < len(t.s) && t.s[at+1] == brace && nest == 0 {
			f.plain(string(brace))
			start = at + 2
			continue
		}
		end := matching(t.s[at:])
		if brace == '}' || end < 0 {
			f.run.fail("format: Single '%c' encountered in format string", brace)
		}
		f.field(t.s[at+1:at+end], nest)
		start = at + end + 1
	}
}

// matching returns where the brace that s begins with is closed, -1 for nowhere.
// Braces in a specification nest.
func matching(s string) int {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
}

// field writes a field: name, !conversion, :spec.
// The specification may name values in braces: {:{width}}. They take part in the
// numbering of the fields around.
func (f *fields) field(s string, nest int) {
	// the first ! or : ends the name, whatever stands in brackets before it
	name, spec := s, ""
	if at := strings.IndexAny(s, "!:"); at >= 0 {
		name, spec = s[:at], s[at:]
	}
	v := f.value(name)
	// one letter, and then nothing or the colon
	if strings.HasPrefix(spec, "!") {
		if len(spec) < 2 || len(spec) > 2 && spec[2] != ':' {
			f.run.fail("format: expected ':' after conversion specifier")
		}
		switch spec[1] {
		case 'r', 'a':
			v = f.run.repr(v)
		case 's':
			v = f.run.print(v)
		default:
			f.run.fail("format: unknown conversion specifier %q", spec[1])
		}
		spec = spec[2:]
	}
	spec = strings.TrimPrefix(spec, ":")
	if strings.ContainsAny(spec, "{}") {
		// a formatter of its own for the text, but the count of values is handed in and back
		in := *f.formatter
		in.builder = &builder{run: f.run}
		inner := &fields{&in, f.named, f.numbered}
		inner.write(Plain(spec), nest+1)
		spec, f.next, f.numbered = inner.text().s, in.next, inner.numbered
	}
	f.spec(v, spec)
}

// value returns what a field names.
// A key in brackets that is a number is an int, any other a text, without quotes.
func (f *fields) value(name string) Value {
	first, rest := name, ""
	if at := strings.IndexAny(name, ".["); at >= 0 {
		first, rest = name[:at], name[at:]
	}
	v := f.first(first)
	for rest != "" {
		// rest begins with the point or bracket of the next part
		end := strings.IndexAny(rest[1:], ".[") + 1
		if end == 0 {
			end = len(rest)
		}
		part := rest[1:end]
		if rest[0] == '.' {
			v = f.run.attr(v, part)
		} else {
			key, closed := strings.CutSuffix(part, "]")
			if !closed {
				f.run.fail("format: missing ']' in format string")
			}
			if n, err := strconv.Atoi(key); err == nil {
				v = f.run.item(v, integer(n))
			} else {
				v = f.run.item(v, Plain(key))
			}
		}
		rest = rest[end:]
	}
	return v
}

// first returns the value that the first part of a name stands for: a number, a name,
// or the next one where there is none. A format has either numbers or none.
func (f *fields) first(name string) Value {
	n, err := strconv.Atoi(name)
	switch {
	// the three kinds exclude one another: {} counts, {0} does not, {name} is apart
	case name == "" && f.numbered >= 0:
		f.numbered = 1
		n = f.next
		f.next++
	case err == nil && f.numbered <= 0:
		f.numbered = -1
	case name == "" || err == nil:
		f.run.fail("format: cannot switch between numbered and unnumbered fields")
	default:
		v := f.named.named(name)
		if v == nil {
			f.run.fail("format: no value for '%s'", name)
		}
		return v
	}
	if n < 0 || n >= len(f.values) {
		f.run.fail("format: Replacement index %d out of range for positional args tuple", n)
	}
	return f.values[n]
}

// A spec is Python's [[fill]align][sign][#][0][width][,][.precision][type].
type spec struct {
	// fill is one character, a space if none is given.
	fill string
	// align is < left, > right, ^ in the middle, = between sign and digits.
	align byte // 0: none is given
	// sign is what numbers that are not negative have in front: + or a space; - for nothing.
	sign byte
	// sharp asks for the prefix of the base, or for the point that a float would lose.
	sharp bool
	zero  bool
	width int
	// group stands between the thousands: a comma, an underscore or nothing.
	group     string
	precision int // -1: none
	// letter is the type: s for texts, d x X o b c n for integers, e f g % for all numbers.
	letter byte
}

// parse reads a specification; each part may be missing. The character before an align
// sign is the fill, even if it is one itself.
func (f *fields) parse(s string) spec {
	p := spec{fill: " ", precision: -1}
	if _, size := utf8.DecodeRuneInString(s); len(s) > size && strings.IndexByte("<>=^", s[size]) >= 0 {
		p.fill, p.align, s = s[:size], s[size], s[size+1:]
	} else if s != "" && strings.IndexByte("<>=^", s[0]) >= 0 {
		p.align, s = s[0], s[1:]
	}
	// one takes the next byte if it is one of set
	one := func(set string) byte {
		if s != "" && strings.IndexByte(set, s[0]) >= 0 {
			c := s[0]
			s = s[1:]
			return c
		}
		return 0
	}
	p.sign = one("+- ")
	p.sharp = one("#") != 0
	// a zero before the width fills up behind the sign
	if p.zero = one("0") != 0; p.zero && p.align == 0 {
		p.fill, p.align = "0", '='
	}
	s = s[f.size(s, &p.width):]
	if c := one(",_"); c != 0 {
		p.group = string(c)
	}
	if one(".") != 0 {
		n := f.size(s, &p.precision)
		if n == 0 {
			f.run.fail("format: Format specifier missing precision")
		}
		s = s[n:]
	}
	if len(s) > 1 {
		f.run.fail("format: Invalid format specifier")
	}
	if s != "" {
		p.letter = s[0]
	}
	return p
}

// spec writes a value by a format specification.
// The empty one is str(); None and lists have no other.
func (f *fields) spec(v Value, s string) {
	if s == "" {
		f.add(f.run.print(v))
		return
	}
	p := f.parse(s)
	switch value := v.(type) {
	case Text:
		if p.letter != 0 && p.letter != 's' || p.sign != 0 || p.align == '=' && !p.zero {
			f.run.fail("format: a format specifier that strings do not have: %q", s)
		}
		// of a text it is the most characters
		if p.precision >= 0 && p.precision < value.length() {
			value = value.cut(0, value.offset(p.precision))
		}
		f.aligned(p, "", value, '<')
	case boolean, integer, huge, float:
		sign, digits := f.number(v, p)
		f.aligned(p, sign, Plain(digits), '>')
	default:
		f.run.defined(v)
		f.run.fail("format: unsupported format string passed to %s.__format__", v.kind())
	}
}

// aligned writes a sign and a text as wide as is wanted.
// usual is where a value stands if nothing is said: texts left, numbers right. "="
// fills up between sign and digits.
func (f *fields) aligned(p spec, sign string, t Text, usual byte) {
	if p.align == 0 {
		p.align = usual
	}
	// a zero before the width of a text fills up behind it, as = has no meaning there
	if _, isText := t.owner(); p.align == '=' && usual == '<' || isText && p.align == '=' {
		p.align = '<'
	}
	n := p.width - len(sign) - t.length()
	left, middle, right := 0, 0, 0
	switch p.align {
	case '<':
		right = n
	case '>':
		left = n
	case '=':
		middle = n
	default:
		left, right = n/2, n-n/2
	}
	f.add(f.run.fillOf(p.fill, left))
	f.plain(sign)
	f.add(f.run.fillOf(p.fill, middle))
	f.add(t)
	f.add(f.run.fillOf(p.fill, right))
}

// number returns a number by a specification.
// sign has the prefix of a base as well (-0x), so that "=" fills up behind it.
func (f *fields) number(v Value, p spec) (sign, digits string) {
	x, _ := floatOf(v)
	n := bigOf(v)
	letter := p.letter
	if letter == 0 && n != nil {
		letter = 'd'
	}
	// the digits are made by strconv, in one go
	f.run.makes(min(max(p.precision, 0), maxBytes+1))
	negative := math.Signbit(x)
	switch letter {
	case 'd', 'n', 'x', 'X', 'o', 'b', 'c':
		if n == nil || p.precision >= 0 {
			f.run.fail("format: format code '%c' for a number that is no integer, or with a precision", letter)
		}
		if letter == 'c' {
			return "", string(rune(n.Int64()))
		}
		base := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'b': 2}[letter]
		if base == 0 {
			base = 10
		}
		digits = new(big.Int).Abs(n).Text(base)
		if p.sharp && base != 10 {
			sign = "0" + string(letter)
		}
		if letter == 'X' {
			digits = strings.ToUpper(digits)
		}
	case 'e', 'E', 'f', 'F', 'g', 'G':
		digits = floatFormat(math.Abs(x), letter, p.precision, p.sharp)
	case '%':
		digits = floatFormat(math.Abs(x*100), 'f', p.precision, p.sharp) + "%"
	case 0:
		if digits = floatString(math.Abs(x)); p.precision >= 0 {
			digits = pointed(general(math.Abs(x), max(p.precision, 1), p.sharp), math.Abs(x), p.precision)
		}
	default:
		f.run.fail("format: unknown format code '%c'", letter)
	}
	switch {
	case negative:
		sign = "-" + sign
	case p.sign == '+' || p.sign == ' ':
		sign = string(p.sign) + sign
	}
	return sign, grouped(digits, p.group)
}

// pointed adds the point that a float has in a format without a letter.
// Without a letter a float is like g, but with at least one digit behind the point, so
// that it reads as a float.
func pointed(s string, x float64, precision int) string {
	if strings.ContainsAny(s, ".en") {
		return s
	}
	// as many digits as there may be: Python goes over to an exponent there
	if len(s) >= precision {
		e := strconv.FormatFloat(x, 'e', max(precision-1, 0), 64)
		at := strings.IndexByte(e, 'e')
		m := e[:at]
		if strings.Contains(m, ".") {
			m = strings.TrimRight(strings.TrimRight(m, "0"), ".")
		}
		return m + e[at:]
	}
	return s + ".0"
}

// grouped puts a sign between the thousands.
// Only the whole part has groups; digits may have a point or an exponent behind.
func grouped(digits, sign string) string {
	if sign == "" {
		return digits
	}
	n := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
	var b strings.Builder
	for i := range n {
		if i > 0 && (n-i)%3 == 0 {
			b.WriteString(sign)
		}
		b.WriteByte(digits[i])
	}
	return b.String() + digits[n:]
}
