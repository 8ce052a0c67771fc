package oniguruma

import "strings"

// group reads what stands behind a (.
// Groups capture nothing here: a tokenizer needs no more than where a match begins and
// ends, so that (…) and (?:…) are the same.
func (p *parser) group() *node {
	if !p.accept("?") {
		return p.rest(&node{kind: sequenceNode})
	}
	switch {
	case p.accept("#"):
		p.comment()
		return &node{}
	case p.accept(":"):
		return p.rest(&node{kind: sequenceNode})
	case p.accept(">"):
		return p.rest(&node{kind: atomicNode})
	case p.accept("="):
		return p.rest(&node{kind: aheadNode})
	case p.accept("!"):
		return p.rest(&node{kind: aheadNode, not: true})
	case p.accept("<="):
		return p.rest(&node{kind: behindNode})
	case p.accept("<!"):
		return p.rest(&node{kind: behindNode, not: true})
	case p.accept("<"):
		return p.named(">")
	case p.accept("'"):
		return p.named("'")
	}
	return p.options()
}

// rest reads the alternatives of a group and its end.
func (p *parser) rest(n *node) *node {
	n.subs = []*node{p.alternatives()}
	if !p.accept(")") {
		p.fail("a ( without its )")
	}
	return n
}

// comment skips (?#…), in which a backslash keeps a parenthesis from ending it.
func (p *parser) comment() {
	for p.more() {
		switch p.rune() {
		case '\\':
			p.rune()
		case ')':
			return
		}
	}
	p.fail("a comment without its end")
}

// named reads a group with a name, which nothing can refer to here.
func (p *parser) named(end string) *node {
	n := strings.Index(p.src[p.pos:], end)
	if n <= 0 {
		p.fail("a group with a name that does not end")
		return &node{}
	}
	p.pos += n + len(end)
	return p.rest(&node{kind: sequenceNode})
}

// options reads (?im-x) and (?im-x:…). Without a colon they hold to the end of the group around them, with all its
// further alternatives.
func (p *parser) options() *node {
	before := p.flags
	for on := true; ; {
		switch r := p.rune(); r {
		case '-':
			on = false
		case 'i':
			p.flags.anyCase = on
		case 'm':
			p.flags.dotAll = on
		case 'x':
			p.flags.extended = on
		case ')':
			return &node{kind: sequenceNode, subs: []*node{p.alternatives()}}
		case ':':
			n := p.rest(&node{kind: sequenceNode})
			p.flags = before
			return n
		default:
			p.fail("a group of the kind (?%c", r)
			return &node{}
		}
	}
}
