package oniguruma

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// escape reads what stands behind a backslash outside sets.
// What this package does not know is refused and never taken for a letter.
func (p *parser) escape() *node {
	at := p.pos
	if s, ok := p.escapedSet(words()); ok {
		return p.setNode(s)
	}
	switch r := p.rune(); r {
	case 'A':
		return &node{kind: assertNode, where: textStart}
	case 'z':
		return &node{kind: assertNode, where: textEnd}
	case 'Z':
		return &node{kind: assertNode, where: lastLineEnd}
	case 'b':
		return &node{kind: assertNode, where: wordEdge}
	case 'B':
		return &node{kind: assertNode, where: noWordEdge}
	// any character, line ends too, and \N any but a newline
	case 'O':
		return p.setNode(everything)
	case 'N':
		return p.setNode(newline.not())
	// any line end: \r\n as one, which no backtracking takes apart
	case 'R':
		pair := &node{kind: textNode, text: "\r\n"}
		one := p.setNode(set{'\n', '\r' + 1, 0x85, 0x86, 0x2028, 0x202a})
		return &node{kind: atomicNode, subs: []*node{{kind: alternativesNode, subs: []*node{pair, one}}}}
	// three octal digits are a character; fewer are a back-reference
	case '1', '2', '3':
		p.pos = at
		if octal := p.digits(8, 1, 3); len(octal) == 3 {
			return p.literal(p.code(octal, 8))
		}
		p.fail(`a back-reference`)
		return &node{}
	case 'G', 'K', 'X', 'y', 'Y', 'g', 'k', '4', '5', '6', '7', '8', '9':
		p.pos = at
		p.fail(`\%c`, r)
		return &node{}
	}
	p.pos = at
	return p.literal(p.escapedRune())
}

// escapedSet reads a backslash's set, if it names one; word is the one for \w.
// Capitals invert, and \p{^…} does too, so that both together do not.
func (p *parser) escapedSet(word set) (set, bool) {
	if !p.more() {
		return nil, false
	}
	// a capital is the complement of the small letter's set
	names := map[byte]string{'w': "word", 'd': "digit", 's': "space", 'h': "xdigit"}
	c := p.src[p.pos]
	if name := names[c|0x20]; name != "" {
		p.pos++
		return either(find(name, word), c < 'a'), true
	}
	if c|0x20 != 'p' || !strings.HasPrefix(p.src[p.pos+1:], "{") {
		return nil, false
	}
	n := strings.IndexByte(p.src[p.pos:], '}')
	if n < 0 {
		p.fail("a property without its }")
		return nil, true
	}
	// behind p{
	name := p.src[p.pos+2 : p.pos+n]
	p.pos += n + 1
	plain, inverted := strings.CutPrefix(name, "^")
	plain = plainName(plain)
	if _, ok := named()[plain]; !ok {
		p.fail("property %q", name)
	}
	return either(find(plain, word), inverted != (c == 'P')), true
}

// find returns a set by name; \w differs by where it stands.
func find(name string, word set) set {
	if name == "word" {
		return word
	}
	return named()[name]
}

// either returns s or what is not in it.
func either(s set, inverted bool) set {
	if inverted {
		return s.not()
	}
	return s
}

// escapedRune reads the character that an escape stands for.
// What has no other meaning stands for itself.
func (p *parser) escapedRune() rune {
	const names, values = "tnrfvae", "\t\n\r\f\v\a\x1b"
	at := p.pos
	r := p.rune()
	if i := strings.IndexRune(names, r); i >= 0 {
		return rune(values[i])
	}
	switch r {
	case 'x':
		if p.accept("{") {
			return p.braced(16)
		}
		p.pos = at
		return p.bytes()
	case 'u':
		return p.code(p.digits(16, 4, 4), 16)
	case 'o':
		if p.accept("{") {
			return p.braced(8)
		}
	case '0':
		p.pos = at
		return p.code(p.digits(8, 1, 3), 8)
	// control and meta characters, which no expression of a tokenizer has
	case 'c', 'C', 'M':
		p.pos = at
		p.fail(`\%c`, r)
	}
	return r
}

// braced reads a number and the brace behind it.
func (p *parser) braced(base int) rune {
	r := p.code(p.digits(base, 1, 11), base)
	if !p.accept("}") {
		p.fail("a number without its }")
	}
	return r
}

// bytes reads \xc3\xa9, a character by its bytes.
func (p *parser) bytes() rune {
	var b []byte
	for p.accept("x") {
		v, _ := strconv.ParseUint(p.digits(16, 1, 2), 16, 8)
		if b = append(b, byte(v)); utf8.FullRune(b) || !p.accept(`\`) {
			break
		}
	}
	r, size := utf8.DecodeRune(b)
	if r == utf8.RuneError || size != len(b) {
		p.fail("bytes that are no character")
	}
	return r
}

// digits reads from least to most digits of a base.
func (p *parser) digits(base, least, most int) string {
	start := p.pos
	for p.more() && p.pos-start < most {
		if _, err := strconv.ParseUint(p.src[p.pos:p.pos+1], base, 8); err != nil {
			break
		}
		p.pos++
	}
	if p.pos-start < least {
		p.fail("a number is too short")
		return ""
	}
	return p.src[start:p.pos]
}

// code returns the character of a number in digits; surrogates are none.
func (p *parser) code(digits string, base int) rune {
	v, err := strconv.ParseUint(digits, base, 32)
	if p.err == nil && (err != nil || !utf8.ValidRune(rune(v)) || v > utf8.MaxRune) {
		p.fail("%s is no character", digits)
	}
	return rune(v)
}
