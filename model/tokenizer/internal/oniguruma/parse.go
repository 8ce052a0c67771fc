package oniguruma

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of what an expression may ask for.
// Expressions come with checkpoints, that is from anybody.
const (
	maxExpression = 1 << 20 // bytes
	maxGroups     = 500     // one in the other
	maxRepeat     = 100_000 // as Oniguruma has it
	maxRanges     = 1 << 20 // of all sets together
)

// A parser reads an expression from front to back. The first error sticks; then there is nothing left to read.
// The grammar is that of Oniguruma's doc/RE for the Ruby syntax.
type parser struct {
	src string
	// pos is the byte that is read next.
	pos int
	err error
	// depth counts the groups and sets that are open.
	depth int
	// ranges counts those of all sets so far.
	ranges int
	flags  flags
}

// flags are what (?i), (?m) and (?x) switch.
type flags struct{ anyCase, dotAll, extended bool }

// All of the expression must be used up: a ) too many ends the outermost alternatives.
func parse(expr string) (*node, error) {
	p := &parser{src: expr}
	switch {
	case len(expr) > maxExpression:
		return nil, fmt.Errorf("longer than %d bytes", maxExpression)
	case !utf8.ValidString(expr):
		return nil, errors.New("not UTF-8")
	}
	n := p.alternatives()
	if p.err == nil && p.pos < len(p.src) {
		p.fail("a ) without its (")
	}
	return n, p.err
}

// fail keeps the first error, and leaves nothing to read, so that all loops end.
func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("byte %d: %s", p.pos, fmt.Sprintf(format, args...))
		p.pos = len(p.src)
	}
}

func (p *parser) more() bool { return p.pos < len(p.src) }

// accept reads s if it comes next.
func (p *parser) accept(s string) bool {
	if !strings.HasPrefix(p.src[p.pos:], s) {
		return false
	}
	p.pos += len(s)
	return true
}

// rune reads a character.
func (p *parser) rune() rune {
	if !p.more() {
		p.fail("the expression ends too soon")
		return 0
	}
	r, size := utf8.DecodeRuneInString(p.src[p.pos:])
	p.pos += size
	return r
}

// alternatives reads up to the end of the expression or of a group.
func (p *parser) alternatives() *node {
	// options that are switched within a group end with it
	before := p.flags
	defer func() { p.flags = before }()
	if p.depth++; p.depth > maxGroups {
		p.fail("nested deeper than %d", maxGroups)
	}
	defer func() { p.depth-- }()
	list := []*node{p.sequence()}
	for p.accept("|") {
		list = append(list, p.sequence())
	}
	if len(list) == 1 {
		return list[0]
	}
	return &node{kind: alternativesNode, subs: list}
}

// Literals that follow one another become one, but for one that is repeated.
func (p *parser) sequence() *node {
	var list []*node
	for p.more() && p.src[p.pos] != '|' && p.src[p.pos] != ')' {
		if p.blank() {
			continue
		}
		n := p.repeats(p.atom())
		if last := len(list) - 1; last >= 0 && n.kind == textNode && list[last].kind == textNode && n.anyCase == list[last].anyCase {
			n = &node{kind: textNode, text: list[last].text + n.text, anyCase: n.anyCase}
			list = list[:last]
		}
		list = append(list, n)
	}
	switch len(list) {
	case 0:
		return &node{}
	case 1:
		return list[0]
	}
	return &node{kind: sequenceNode, subs: list}
}

// blank skips what (?x) allows between the parts.
func (p *parser) blank() bool {
	if !p.flags.extended {
		return false
	}
	switch c := p.src[p.pos]; {
	case c == '#':
		n := strings.IndexByte(p.src[p.pos:], '\n')
		if n < 0 {
			n = len(p.src) - p.pos - 1
		}
		p.pos += n + 1
	case c == ' ' || c >= '\t' && c <= '\r':
		p.pos++
	default:
		return false
	}
	return true
}

// ^ and $ are of lines always, and (?m) is what others call (?s): Ruby's syntax.
func (p *parser) atom() *node {
	switch r := p.rune(); r {
	case '(':
		return p.group()
	case '[':
		return p.class()
	case '\\':
		return p.escape()
	case '.':
		if p.flags.dotAll {
			return p.setNode(everything)
		}
		return p.setNode(newline.not())
	case '^':
		return &node{kind: assertNode, where: lineStart}
	case '$':
		return &node{kind: assertNode, where: lineEnd}
	case '*', '+', '?':
		p.fail("nothing to repeat before %c", r)
		return &node{}
	default:
		return p.literal(r)
	}
}

func (p *parser) literal(r rune) *node {
	return &node{kind: textNode, text: string(r), anyCase: p.flags.anyCase}
}

// setNode counts what sets cost.
func (p *parser) setNode(s set) *node {
	if p.ranges += len(s); p.ranges > maxRanges {
		p.fail("sets of more than %d ranges", maxRanges)
	}
	return &node{kind: setNode, set: s}
}

// repeats reads the repetitions behind an atom.
// Repetitions may follow one another, each of what stands before: a+? is lazy, a++ is
// possessive, but a{2}+ repeats a{2}.
func (p *parser) repeats(n *node) *node {
	for count := 0; p.more(); count++ {
		if p.blank() {
			continue
		}
		// one more level for each sign, of what stands before it
		r := &node{kind: repeatNode, max: -1, subs: []*node{n}}
		switch c := p.src[p.pos]; {
		case c == '*':
			p.pos++
		case c == '+':
			p.pos++
			r.min = 1
		case c == '?':
			p.pos++
			r.max = 1
		// an interval may set its own mode, and no + behind it is possessive
		case c == '{' && p.interval(r):
			n = r
			p.checkTarget(r, count)
			continue
		default:
			return n
		}
		switch {
		case p.accept("?"):
			r.mode = lazy
		case p.accept("+"):
			r.mode = possessive
		}
		n = r
		p.checkTarget(r, count)
	}
	return n
}

// checkTarget refuses to repeat what has no width.
func (p *parser) checkTarget(r *node, count int) {
	switch r.subs[0].kind {
	case assertNode, aheadNode, behindNode:
		p.fail("a place cannot be repeated")
	}
	if count >= maxGroups {
		p.fail("nested deeper than %d", maxGroups)
	}
}

// interval reads {n}, {n,}, {,m} or {n,m}; anything else in braces is text.
func (p *parser) interval(r *node) bool {
	// { and digits that end otherwise are text, from the { on
	start := p.pos
	p.pos++
	least, okLeast := p.number()
	most, okMost := least, okLeast
	comma := p.accept(",")
	if comma {
		most, okMost = p.number()
	}
	// {,} has neither number
	if !p.accept("}") || !okLeast && !okMost {
		p.pos = start
		return false
	}
	if least > maxRepeat || most > maxRepeat {
		p.fail("more than %d repetitions", maxRepeat)
	}
	r.min, r.max = least, most
	if !okMost {
		r.max = -1
	}
	switch {
	// Oniguruma: {4,2} is {2,4}, possessive
	case okLeast && okMost && least > most:
		r.min, r.max, r.mode = most, least, possessive
	case comma && p.accept("?"):
		r.mode = lazy
	case !comma && p.accept("?"): // Ruby: a{n}? is (?:a{n})?
		inner := *r
		*r = node{kind: repeatNode, max: 1, subs: []*node{&inner}}
	}
	return true
}

// number reads decimal digits; what is far too large stays so.
func (p *parser) number() (n int, ok bool) {
	for ; p.more() && p.src[p.pos] >= '0' && p.src[p.pos] <= '9'; p.pos++ {
		n = min(10*n+int(p.src[p.pos]-'0'), maxRepeat+1)
		ok = true
	}
	return n, ok
}
