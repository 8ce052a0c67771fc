package jinja

// A macro is a part of a template that is called by its name.
// As in Python, the parameters with defaults stand behind those without, so that a
// list of the last ones says whose each is.
type macro struct {
	name     string
	params   []string
	defaults []expr // of the last parameters
	body     []stmt
	// What the body takes beside its parameters, which is told by whether it
	// speaks of it.
	caller, varargs, kwargs bool
}

// use notes that the macro that is read speaks of a name.
// jinja2 looks for the names caller, varargs and kwargs in the body to decide what
// a macro takes; a macro that doesn't speak of them refuses such arguments.
func (p *parser) use(name string) {
	if p.used != nil {
		p.used[name] = true
	}
}

// macroBlock reads {% macro name(parameters) %}…{% endmacro %}.
func (p *parser) macroBlock(line int) stmt {
	m := &macro{name: p.expectName()}
	p.expectSign("(")
	p.macroRest(m, "endmacro", nil)
	return &macroStmt{line, m}
}

// callBlock reads {% call(parameters) name(arguments) %}…{% endcall %}: its body is
// a macro called caller, which the macro that is called finds by that name.
func (p *parser) callBlock(line int) stmt {
	m := &macro{name: "caller"}
	var params func()
	if p.skipSign("(") {
		params = func() { p.parameters(m) }
	}
	var call *callExpr
	p.macroRest(m, "endcall", func() {
		if params != nil {
			params()
		}
		var ok bool
		if call, ok = p.expression().(*callExpr); !ok {
			panic(at(line, "{%% call %%} of what is no call"))
		}
	})
	return &callStmt{line, call, m}
}

// macroRest reads a macro behind its name. Head reads what else stands in its
// first block, nil the parameters.
func (p *parser) macroRest(m *macro, end string, head func()) {
	// a macro's body is not in the loop around it, and what names it uses counts for
	// itself first
	outer, loops := p.used, p.loops
	p.used, p.loops = make(map[string]bool), 0
	if head == nil {
		p.parameters(m)
	} else {
		head()
	}
	m.body = p.until(end)
	m.caller, m.varargs, m.kwargs = p.used["caller"], p.used["varargs"], p.used["kwargs"]
	used := p.used
	p.used, p.loops = outer, loops
	// and then for the macro around it, which has to hand them in
	for name := range used {
		p.use(name)
	}
}

// parameters reads the parameters of a macro, up to the closing parenthesis.
func (p *parser) parameters(m *macro) {
	for !p.skipSign(")") {
		if len(m.params) > 0 {
			p.expectSign(",")
		}
		m.params = append(m.params, p.expectName())
		if p.skipSign("=") {
			m.defaults = append(m.defaults, p.expression())
		} else if len(m.defaults) > 0 {
			p.fail("macro %s: a parameter without a default follows one with", m.name)
		}
	}
}
