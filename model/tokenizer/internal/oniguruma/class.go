package oniguruma

import "strings"

// class reads a set behind its [.
// Where case does not count, a character may match as several (ß as ss), so that a set
// becomes alternatives: one character of it, or one of these strings. An inverted set
// has none: it matches one character always.
func (p *parser) class() *node {
	raw, inverted := p.members()
	if !p.flags.anyCase {
		return p.setNode(either(raw, inverted))
	}
	all, several := raw.anyCase()
	if inverted {
		return p.setNode(all.not())
	}
	n := p.setNode(all)
	if len(several) == 0 {
		return n
	}
	n = &node{kind: alternativesNode, subs: []*node{n}}
	for _, s := range several {
		n.subs = append(n.subs, &node{kind: textNode, text: s, anyCase: true})
	}
	return n
}

// members reads a set up to its ].
// A ] that comes first is a member, if there is another one to end the set.
func (p *parser) members() (members set, inverted bool) {
	if p.depth++; p.depth > maxGroups {
		p.fail("nested deeper than %d", maxGroups)
	}
	defer func() { p.depth-- }()
	inverted = p.accept("^")
	m := classReader{parser: p}
	if p.accept("]") {
		if !strings.Contains(p.src[p.pos:], "]") {
			p.fail("a set of nothing")
		}
		m.value(']')
	}
	for !p.accept("]") {
		if !p.more() {
			p.fail("a [ without its ]")
			return nil, false
		}
		m.item()
	}
	return m.end(), inverted
}

// A classReader puts a set together.
// Members are united up to a &&, and what stands on both sides of it is intersected.
type classReader struct {
	*parser
	// runs are joined when a && or the end comes.
	runs    []set // since the last &&
	common  set   // of what stands before it
	several bool  // whether there was a &&
	last    rune  // a character that a range may start at
	open    bool  // whether there is one
	closed  bool  // whether a named set stands in its place
}

// item reads one member: a &&, a named set, a set in the set, a range, a character.
func (m *classReader) item() {
	switch {
	case m.accept("&&"):
		m.meet()
	case m.bracket():
	case m.accept("["):
		s, inverted := m.members()
		m.add(either(s, inverted))
	// from the character before to the one behind
	case m.isRange() && m.open:
		m.rangeTo(m.last)
	case m.isRange() && m.closed:
		m.fail("a range that starts at a set")
	default:
		if s, ok := m.setEscape(); ok {
			m.add(s)
			m.closed = true
			return
		}
		m.value(m.character())
	}
}

// add unites a set with those before. Their ranges are counted, since a hostile
// expression can name large sets over and over.
func (m *classReader) add(s set) {
	m.ranges += len(s)
	if m.ranges > maxRanges {
		m.fail("sets of more than %d ranges", maxRanges)
		return
	}
	m.runs = append(m.runs, s)
	m.open, m.closed = false, false
}

// value adds a character, which a range may go on from.
func (m *classReader) value(r rune) {
	m.add(set{r, r + 1})
	m.last, m.open = r, true
}

// isRange reports whether a - comes next that is not the last character and not ahead of a &&.
func (m *classReader) isRange() bool {
	rest, ok := strings.CutPrefix(m.src[m.pos:], "-")
	return ok && !strings.HasPrefix(rest, "]") && !strings.HasPrefix(rest, "&&")
}

// rangeTo reads a range behind its first character, which is in the set already.
func (m *classReader) rangeTo(from rune) {
	m.pos++
	if _, ok := m.setEscape(); ok || strings.HasPrefix(m.src[m.pos:], "[") {
		m.fail("a range that ends in a set")
		return
	}
	to := m.character()
	if to < from {
		m.fail("a range that ends before it starts")
		return
	}
	m.add(set{from, to + 1})
}

// character reads one character, escaped or not.
// In a set, \b is a backspace and not a word's edge.
func (m *classReader) character() rune {
	if !m.accept(`\`) {
		return m.rune()
	}
	if m.accept("b") {
		return '\b'
	}
	return m.escapedRune()
}

// setEscape reads a \w, \p{…} or the like, or nothing. In sets \w has no ² ³ ¹ ¼ ½ ¾.
func (m *classReader) setEscape() (set, bool) {
	if !m.accept(`\`) {
		return nil, false
	}
	s, ok := m.escapedSet(named()["word"])
	if !ok && m.err == nil {
		m.pos--
	}
	return s, ok
}

// bracket reads [:name:].
func (m *classReader) bracket() bool {
	const longest = 20 // what ends later is no name, but a set
	rest, ok := strings.CutPrefix(m.src[m.pos:], "[:")
	n := strings.Index(rest[:min(len(rest), longest+2)], ":]")
	if !ok || n < 0 {
		return false
	}
	name, inverted := strings.CutPrefix(rest[:n], "^")
	property := brackets[name]
	if property == "" {
		m.fail("[:%s:]", name)
		return true
	}
	m.pos += len("[:") + n + len(":]")
	m.add(either(named()[property], inverted))
	return true
}

// meet ends what stands before a &&.
func (m *classReader) meet() {
	all := union(m.runs...)
	if m.several {
		all = all.and(m.common)
	}
	m.common, m.several, m.runs, m.open = all, true, nil, false
}

func (m *classReader) end() set {
	m.meet()
	return m.common
}
