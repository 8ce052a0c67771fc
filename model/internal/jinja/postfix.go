package jinja

import "strconv"

// postfix reads what stands behind an operand: attributes, items and calls.
// They may follow one another: a.b[0](x).c goes from left to right.
func (p *parser) postfix(e expr) expr {
	defer p.back(p.depth)
	for {
		line := p.peek().line
		switch {
		case p.skipSign("."):
			e = p.attribute(line, e)
		case p.skipSign("["):
			e = p.subscript(line, e)
		case p.skipSign("("):
			e = &callExpr{line, e, p.arguments()}
		default:
			return e
		}
		p.deeper()
	}
}

// attribute reads what stands behind a point: a name, or a number, which is an item
// (a.0 is a[0]).
func (p *parser) attribute(line int, e expr) expr {
	switch t := p.take(); t.sort {
	case nameToken:
		return &attrExpr{line, e, t.text}
	case integerToken:
		if n, err := strconv.Atoi(t.text); err == nil {
			return &itemExpr{line, e, &constant{integer(n)}}
		}
	}
	p.i--
	p.unexpected("a name or number behind the dot")
	return nil
}

// subscript reads keys up to the closing bracket; several are a tuple, as in Python.
func (p *parser) subscript(line int, e expr) expr {
	var keys []expr
	for !p.skipSign("]") {
		if len(keys) > 0 {
			p.expectSign(",")
		}
		keys = append(keys, p.slice())
	}
	if len(keys) == 1 {
		return &itemExpr{line, e, keys[0]}
	}
	return &itemExpr{line, e, &tupleExpr{keys}}
}

// slice reads a key, or up to three numbers with colons between them.
// Each of the numbers may be missing: [:], [::2], [-3:].
func (p *parser) slice() expr {
	var parts [3]expr
	n := 0
	for ; n < 3; n++ {
		if !p.isSign(":") && !p.isSign("]") && !p.isSign(",") {
			parts[n] = p.expression()
		}
		if !p.skipSign(":") {
			break
		}
	}
	// no colon: a key like any other
	if n == 0 {
		if parts[0] == nil {
			p.unexpected("a value")
		}
		return parts[0]
	}
	return &sliceExpr{parts[0], parts[1], parts[2]}
}

// arguments reads those of a call, up to the closing parenthesis.
func (p *parser) arguments() arguments {
	var a arguments
	for n := 0; !p.skipSign(")"); n++ {
		if n > 0 {
			p.expectSign(",")
			if p.skipSign(")") {
				break
			}
		}
		p.argument(&a)
	}
	return a
}

// argument reads one argument into a. The order is Python's: positional, named, *,
// **; named ones may follow * too.
func (p *parser) argument(a *arguments) {
	switch {
	case p.skipSign("**"):
		p.only(a.dict == nil)
		a.dict = p.expression()
	case p.skipSign("*"):
		p.only(a.list == nil && a.dict == nil)
		a.list = p.expression()
	// name=value: a comparison has two signs, so that one look ahead is enough
	case p.peek().sort == nameToken && p.tokens[p.i+1].sort == signToken && p.tokens[p.i+1].text == "=":
		p.only(a.dict == nil)
		a.names = append(a.names, p.take().text)
		p.i++
		a.named = append(a.named, p.expression())
	default:
		p.only(a.dict == nil && a.list == nil && a.names == nil)
		a.positional = append(a.positional, p.expression())
	}
}

// only fails unless an argument may stand where it does.
func (p *parser) only(ok bool) {
	if !ok {
		p.fail("arguments in an order that no call has")
	}
}

// filtered reads the filters and tests behind an operand.
// A call may follow a filter or a test, of what that returned.
func (p *parser) filtered(e expr) expr {
	defer p.back(p.depth)
	for {
		line := p.peek().line
		switch {
		case p.isSign("|"):
			e = p.filters(e, false)
		case p.skipName("is"):
			e = p.test(line, e)
		case p.skipSign("("):
			e = &callExpr{line, e, p.arguments()}
		default:
			return e
		}
		p.deeper()
	}
}

// filters reads a chain of filters; the first is without its bar where bare.
// That a filter exists is checked here, so that a template with one that nothing is
// known of fails when it is loaded, and not in the middle of a conversation.
func (p *parser) filters(e expr, bare bool) expr {
	defer p.back(p.depth)
	for bare || p.isSign("|") {
		line := p.peek().line
		if !bare {
			p.i++
		}
		bare = false
		f := &filterExpr{line: line, name: p.dotted(), e: e}
		if filterOf(f.name) == nil {
			panic(at(line, "no filter is called '%s'", f.name))
		}
		if p.skipSign("(") {
			f.args = p.arguments()
		}
		p.deeper()
		e = f
	}
	return e
}

// dotted reads the name of a filter or test, which may have points in it.
func (p *parser) dotted() string {
	name := p.expectName()
	for p.skipSign(".") {
		name += "." + p.expectName()
	}
	return name
}

// test reads a test behind "is". One argument may stand without parentheses, "x is
// divisibleby 3", unless it is a word that goes on with the expression.
func (p *parser) test(line int, e expr) expr {
	negated := p.skipName("not")
	t := &testExpr{line: line, name: p.dotted(), e: e}
	if testOf(t.name) == nil {
		panic(at(line, "no test is called '%s'", t.name))
	}
	switch next := p.peek(); {
	case p.skipSign("("):
		t.args = p.arguments()
	case next.sort == nameToken && !p.isName("else", "or", "and"),
		next.sort == stringToken, next.sort == integerToken, next.sort == floatToken, p.isSign("["), p.isSign("{"):
		// "a is b is c" has no meaning in Jinja
		if p.isName("is") {
			p.fail("tests cannot be chained with is")
		}
		t.args.positional = []expr{p.postfix(p.primary())}
	}
	if negated {
		return &notExpr{t}
	}
	return t
}
