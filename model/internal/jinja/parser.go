package jinja

import "slices"

// A parser reads statements. It ends with a fault.
// Methods take the tokens from left to right and never go back by more than one;
// each begins at the first token of what it reads and ends behind the last.
type parser struct {
	tokens []token
	// i is the number of the next token.
	i int
	// depth counts the levels that are open, up to maxParse.
	depth int
	loops int             // that the statement is in
	used  map[string]bool // names that a macro uses
}

// maxParse bounds how deep expressions and statements of the source lie in one
// another. A chain of operators goes a level deeper with each.
// The parser calls itself for each, and so does the run: a hostile source of
// brackets alone must exhaust neither stack.
const maxParse = 400

// deeper counts a level; whoever calls it sets the depth back.
func (p *parser) deeper() {
	if p.depth++; p.depth > maxParse {
		p.fail("more than %d levels of brackets, operators or blocks in one another", maxParse)
	}
}

func (p *parser) fail(format string, args ...any) { panic(at(p.peek().line, format, args...)) }

func (p *parser) peek() token { return p.tokens[p.i] }

// take returns the next token and goes on, but never past the end of the source.
func (p *parser) take() token {
	t := p.tokens[p.i]
	if t.sort != endOfSource {
		p.i++
	}
	return t
}

func (p *parser) isSign(text string) bool {
	t := p.peek()
	return t.sort == signToken && t.text == text
}

// isName and isSign look at the next token. Keywords are names to the lexer: which
// names mean something depends on the place.
func (p *parser) isName(names ...string) bool {
	t := p.peek()
	return t.sort == nameToken && slices.Contains(names, t.text)
}

// skipSign takes a sign if it comes next, skipName a name.
func (p *parser) skipSign(text string) bool {
	if p.isSign(text) {
		p.i++
		return true
	}
	return false
}

func (p *parser) skipName(name string) bool {
	if p.isName(name) {
		p.i++
		return true
	}
	return false
}

func (p *parser) expectSign(text string) {
	if !p.skipSign(text) {
		p.unexpected(quoted(text))
	}
}

func (p *parser) expectName() string {
	if p.peek().sort != nameToken {
		p.unexpected("a name")
	}
	return p.take().text
}

func (p *parser) expect(sort tokenSort) {
	if p.peek().sort != sort {
		p.unexpected(sortNames[sort])
	}
	p.take()
}

// sortNames are what messages call tokens that have no text of their own.
var sortNames = map[tokenSort]string{
	endOfSource: "the end of the template", beginPrint: "'{{'", endPrint: "'}}'", beginBlock: "'{%'", endBlock: "'%}'", dataToken: "text",
}

func (p *parser) unexpected(wanted string) {
	t := p.peek()
	what, ok := sortNames[t.sort]
	if !ok {
		what = quoted(t.text)
	}
	p.fail("unexpected %s, want %s", what, wanted)
}

// template reads the whole source.
func (p *parser) template() []stmt {
	body, _ := p.statements()
	if p.peek().sort != endOfSource {
		p.fail("unexpected {%% %s %%}", p.peek().text)
	}
	return body
}

// statements reads statements up to a block of one of the names, which it
// takes, or to the end of the source.
func (p *parser) statements(ends ...string) (body []stmt, end string) {
	p.deeper()
	defer func() { p.depth-- }()
	for {
		switch t := p.take(); t.sort {
		case dataToken:
			body = append(body, &dataStmt{t.text})
		case beginPrint:
			e := p.tuple()
			p.expect(endPrint)
			body = append(body, &printStmt{t.line, e})
		case beginBlock:
			if p.isName(ends...) {
				return body, p.take().text
			}
			// nil: the block ends one that this call does not know of
			if s := p.statement(); s != nil {
				body = append(body, s)
				continue
			}
			return body, ""
		default:
			return body, ""
		}
	}
}

// until is statements up to a block of a name, which must come.
// The error tells the line where the block began: where it is missing is the end of
// the source, which helps nobody.
func (p *parser) until(end string) []stmt {
	line := p.peek().line
	p.expect(endBlock)
	body, found := p.statements(end)
	if found == "" {
		panic(at(line, "a block without {%% %s %%}", end))
	}
	p.expect(endBlock)
	return body
}

// statement reads a block; nil stands for one that ends another.
func (p *parser) statement() stmt {
	line := p.peek().line
	switch name := p.expectName(); name {
	case "if":
		return p.ifBlock(line)
	case "for":
		return p.forBlock(line)
	case "set":
		return p.setBlock(line)
	case "macro":
		return p.macroBlock(line)
	case "call":
		return p.callBlock(line)
	case "with":
		return p.withBlock(line)
	case "filter":
		// the filters stand behind the block's name, the first without its bar
		f := p.filters(nil, true)
		return &filterStmt{line, f, p.until("endfilter")}
	// transformers' extension, which marks what the model wrote; to the text it is
	// nothing
	case "generation":
		return &scopeStmt{p.until("endgeneration")}
	// an old spelling of {{ }}: several values are printed one behind the other
	case "print":
		items := []expr{p.expression()}
		for p.skipSign(",") {
			items = append(items, p.expression())
		}
		p.expect(endBlock)
		return &printStmt{line, &concatExpr{items}}
	case "break", "continue":
		if p.loops == 0 {
			p.fail("{%% %s %%} outside of a loop", name)
		}
		p.expect(endBlock)
		return &flowStmt{map[string]flow{"break": breaks, "continue": continues}[name]}
	case "include", "import", "from", "extends", "block", "autoescape", "do", "trans":
		panic(at(line, "{%% %s %%} is not supported: a chat template stands alone", name))
	}
	// the name goes back: whoever opened a block decides whether it ends it
	p.i--
	if t := p.peek().text; t != "else" && t != "elif" && (len(t) < 3 || t[:3] != "end") {
		p.fail("unknown block {%% %s %%}", t)
	}
	return nil
}

// ifBlock reads {% if %} behind its name. An elif is an if of its own in the other
// branch, which takes the one {% endif %} of both.
func (p *parser) ifBlock(line int) stmt {
	p.deeper()
	defer func() { p.depth-- }()
	s := &ifStmt{line: line, test: p.tupleWithout()}
	p.expect(endBlock)
	var end string
	switch s.yes, end = p.statements("elif", "else", "endif"); end {
	case "":
		panic(at(line, "{%% if %%} without {%% endif %%}"))
	case "elif":
		s.no = []stmt{p.ifBlock(p.peek().line)}
	case "else":
		s.no = p.until("endif")
	default:
		p.expect(endBlock)
	}
	return s
}

// forBlock reads {% for target in values if condition recursive %}. The values are
// read without an inline if, since an if behind them is the loop's condition.
func (p *parser) forBlock(line int) stmt {
	s := &forStmt{line: line, target: p.target(false)}
	if !p.skipName("in") {
		p.unexpected("'in'")
	}
	s.over = p.tupleWithout("recursive")
	if p.skipName("if") {
		s.only = p.expression()
	}
	s.recursive = p.skipName("recursive")
	p.expect(endBlock)
	// break and continue are allowed in the body, but not in {% else %}, which is
	// outside of the loop
	p.loops++
	var end string
	s.body, end = p.statements("else", "endfor")
	p.loops--
	switch end {
	case "":
		panic(at(line, "{%% for %%} without {%% endfor %%}"))
	case "else":
		s.otherwise = p.until("endfor")
	default:
		p.expect(endBlock)
	}
	return s
}

// setBlock reads {% set x = … %}, or {% set x | filter %}…{% endset %}.
func (p *parser) setBlock(line int) stmt {
	t := p.target(true)
	if p.skipSign("=") {
		e := p.tuple()
		p.expect(endBlock)
		return &setStmt{line, t, e}
	}
	s := &captureStmt{line: line, target: t}
	if p.isSign("|") {
		s.filters = p.filters(nil, false)
	}
	s.body = p.until("endset")
	return s
}

// withBlock reads {% with a = …, b = … %}, with or without names.
func (p *parser) withBlock(line int) stmt {
	s := &withStmt{line: line}
	for p.peek().sort != endBlock {
		if len(s.targets) > 0 {
			p.expectSign(",")
		}
		s.targets = append(s.targets, p.oneTarget(false))
		p.expectSign("=")
		s.values = append(s.values, p.expression())
	}
	s.body = p.until("endwith")
	return s
}

// target reads what is assigned to.
// Only {% set %} may assign to an attribute, and only to a namespace's: that is told
// by namespaces here and by the value when the template runs.
func (p *parser) target(namespaces bool) target {
	first := p.oneTarget(namespaces)
	if !p.isSign(",") {
		return first
	}
	several := []target{first}
	// a comma may stand behind the last one, as in a tuple of one
	for p.skipSign(",") && (p.peek().sort == nameToken && !p.isName("in") || p.isSign("(")) {
		several = append(several, p.oneTarget(namespaces))
	}
	return target{several: several}
}

// oneTarget reads a name, an attribute of one, or targets in parentheses.
func (p *parser) oneTarget(namespaces bool) target {
	p.deeper()
	defer func() { p.depth-- }()
	if p.skipSign("(") {
		t := p.target(namespaces)
		p.expectSign(")")
		return t
	}
	t := target{name: p.expectName()}
	switch t.name {
	// Python's constants and Jinja's spellings of them
	case "true", "false", "none", "True", "False", "None":
		p.fail("can't assign to '%s'", t.name)
	}
	if namespaces && p.skipSign(".") {
		// an assignment to a name's attribute reads the name
		p.use(t.name)
		t.attr = p.expectName()
	}
	return t
}
