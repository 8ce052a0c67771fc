package jinja

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// expression reads an expression, with an inline if.
// The test and the else are read by other rules than Python's: x if a if b is
// (x if a) if b, and an else may be missing.
func (p *parser) expression() expr {
	p.deeper()
	defer p.back(p.depth - 1)
	e := p.or()
	for p.skipName("if") {
		p.deeper()
		c := &condExpr{yes: e, test: p.or()}
		if p.skipName("else") {
			c.no = p.expression()
		}
		e = c
	}
	return e
}

// back sets the depth to what it was.
// Loops that nest to the left, a + b + c, go deeper by one for each round, since
// the tree that they make is as deep as the chain is long.
func (p *parser) back(depth int) { p.depth = depth }

// The grammar is Jinja's, one function a level of precedence, the loosest first: or,
// and, not, comparisons, + −, ~, * / // %, **, signs, and what filters and tests are
// hung on.
func (p *parser) or() expr {
	defer p.back(p.depth)
	e := p.and()
	for p.skipName("or") {
		p.deeper()
		e = &logicExpr{true, e, p.and()}
	}
	return e
}

func (p *parser) and() expr {
	defer p.back(p.depth)
	e := p.not()
	for p.skipName("and") {
		p.deeper()
		e = &logicExpr{false, e, p.not()}
	}
	return e
}

// not binds less than comparisons: not a == b is not (a == b).
func (p *parser) not() expr {
	if p.skipName("not") {
		p.deeper()
		defer p.back(p.depth - 1)
		return &notExpr{p.not()}
	}
	return p.compare()
}

// compare reads a chain of comparisons. Membership is a comparison; "not in" is two
// names.
func (p *parser) compare() expr {
	// one node for a whole chain: the operand between two operators is valued once
	c := &compareExpr{line: p.peek().line, first: p.sum()}
	for {
		op := p.peek().text
		switch {
		case p.isSign("==") || p.isSign("!=") || p.isSign("<") || p.isSign("<=") || p.isSign(">") || p.isSign(">="):
			p.i++
		case p.skipName("in"):
		case p.isName("not") && p.tokens[p.i+1].sort == nameToken && p.tokens[p.i+1].text == "in":
			p.i += 2
			op = "not in"
		case c.ops == nil:
			return c.first
		default:
			return c
		}
		c.ops, c.rest = append(c.ops, op), append(c.rest, p.sum())
	}
}

// chain reads operands with operators of one rank between them, from left to
// right.
func (p *parser) chain(operand func() expr, ops ...string) expr {
	defer p.back(p.depth)
	e := operand()
	for p.peek().sort == signToken && slices.Contains(ops, p.peek().text) {
		p.deeper()
		t := p.take()
		e = &binaryExpr{t.line, t.text, e, operand()}
	}
	return e
}

// Two things differ from Python, and templates are written for them: ** groups from
// the left, and a sign binds more tightly than it, so that -2 ** 2 is 4.
func (p *parser) sum() expr     { return p.chain(p.concat, "+", "-") }
func (p *parser) product() expr { return p.chain(p.power, "*", "/", "//", "%") }
func (p *parser) power() expr   { return p.chain(func() expr { return p.unary(true) }, "**") }

// concat reads operands with ~ between them, which binds more tightly than + and
// less than *. A chain is one node: all of it is joined at once.
func (p *parser) concat() expr {
	items := []expr{p.product()}
	for p.skipSign("~") {
		items = append(items, p.product())
	}
	if len(items) == 1 {
		return items[0]
	}
	return &concatExpr{items}
}

// unary reads an operand with its signs, what is behind it and, of the
// outermost, its filters and tests.
// A filter binds less than a sign (-1 | abs is of −1), so that it is the outermost
// sign that looks for them.
func (p *parser) unary(filtered bool) expr {
	p.deeper()
	defer p.back(p.depth - 1)
	var e expr
	if t := p.peek(); p.isSign("-") || p.isSign("+") {
		p.i++
		e = &unaryExpr{t.line, t.text, p.unary(false)}
	} else {
		e = p.primary()
	}
	e = p.postfix(e)
	if filtered {
		e = p.filtered(e)
	}
	return e
}

// primary reads a name, a literal or something in brackets. Neighbouring strings are
// one, as in Python.
func (p *parser) primary() expr {
	switch t := p.peek(); t.sort {
	case nameToken:
		p.i++
		switch t.text {
		// Jinja takes both spellings, which are no names that could be set
		case "true", "True":
			return &constant{boolean(true)}
		case "false", "False":
			return &constant{boolean(false)}
		case "none", "None":
			return &constant{none{}}
		}
		p.use(t.text)
		return &nameExpr{t.text}
	case stringToken:
		var b strings.Builder
		// "a" 'b' is one string
		for p.peek().sort == stringToken {
			b.WriteString(p.take().text)
		}
		return &constant{Plain(b.String())}
	case integerToken, floatToken:
		p.i++
		return &constant{literal(t)}
	case signToken:
		switch t.text {
		case "(":
			return p.parenthesis()
		case "[":
			p.i++
			return &listExpr{p.items("]")}
		case "{":
			p.i++
			return p.dict()
		}
	}
	p.unexpected("a value")
	return nil
}

// literal is the number that a token spells.
func literal(t token) Value {
	if t.sort == floatToken {
		f, _ := strconv.ParseFloat(t.text, 64) // out of range: infinite
		return float(f)
	}
	if len(t.text) > maxDigits {
		panic(at(t.line, "a number of more than %d digits", maxDigits))
	}
	// 0x, 0o and 0b say themselves which base they have
	base := 0
	// 000 is a number to Python; to package big it is an octal without digits
	if strings.Trim(t.text, "0") == "" {
		return integer(0)
	}
	n, ok := new(big.Int).SetString(t.text, base)
	if !ok {
		panic(at(t.line, "%s is no number", t.text))
	}
	return small(n)
}

// items reads expressions up to a closing bracket.
// A comma may stand behind the last one.
func (p *parser) items(end string) []expr {
	var items []expr
	for !p.skipSign(end) {
		if len(items) > 0 {
			p.expectSign(",")
			if p.skipSign(end) {
				break
			}
		}
		items = append(items, p.expression())
	}
	return items
}

// dict reads a literal behind its brace; a comma may stand behind the last pair.
func (p *parser) dict() expr {
	d := &dictExpr{}
	for !p.skipSign("}") {
		if len(d.keys) > 0 {
			p.expectSign(",")
			if p.skipSign("}") {
				break
			}
		}
		d.keys = append(d.keys, p.expression())
		p.expectSign(":")
		d.vals = append(d.vals, p.expression())
	}
	return d
}

// parenthesis reads a tuple, which may be empty, or an expression in parentheses.
func (p *parser) parenthesis() expr {
	p.i++
	if p.skipSign(")") {
		return &tupleExpr{}
	}
	e := p.tuple()
	p.expectSign(")")
	return e
}

// tuple reads an expression, or several with commas.
// A comma makes the tuple, and not the parentheses: "a," is one of one.
func (p *parser) tuple() expr { return p.tupleOf(p.expression) }

// tupleWithout reads them without an inline if, and up to one of the names.
func (p *parser) tupleWithout(ends ...string) expr { return p.tupleOf(p.or, ends...) }

// tupleOf reads a tuple without parentheses, which ends at a block's end or a keyword.
func (p *parser) tupleOf(item func() expr, ends ...string) expr {
	e := item()
	if !p.isSign(",") {
		return e
	}
	items := []expr{e}
	for p.skipSign(",") {
		t := p.peek()
		// a comma behind the last one
		if t.sort == endPrint || t.sort == endBlock || p.isSign(")") || p.isName(ends...) {
			break
		}
		items = append(items, item())
	}
	return &tupleExpr{items}
}
