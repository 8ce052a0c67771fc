package jinja

// A stmt is a statement.
// Nodes don't change once they are parsed: a template may be run by several
// goroutines at once, and all that changes is in the run and its scopes.
type stmt interface{ exec(r *run, s *scope) flow }

// An expr is an expression.
// A node has the line that an error in it is told with, if it can fail itself.
type expr interface{ eval(r *run, s *scope) Value }

// Statements.
type (
	// Text between the braces, {{ e }}, and the blocks: each node has beside it what it is
	// written as.
	dataStmt  struct{ text string }
	printStmt struct {
		line int
		e    expr
	}
	// {% if test %}…{% else %}…{% endif %}; an elif is an if in no.
	ifStmt struct {
		line int
		test expr
		yes  []stmt
		no   []stmt
	}
	// {% for target in over if only recursive %}…{% else %}…{% endfor %}.
	forStmt struct {
		line      int
		target    target
		over      expr
		only      expr // nil: all
		body      []stmt
		otherwise []stmt
		// recursive: loop(…) in the body runs the loop again, with other values.
		recursive bool
	}
	// {% set target = e %}.
	setStmt struct {
		line   int
		target target
		e      expr
	}
	captureStmt struct { // {% set x %}…{% endset %}
		line    int
		target  target
		filters expr // of a captured; nil: none
		body    []stmt
	}
	// {% filter name(…) %}…{% endfilter %}.
	filterStmt struct {
		line    int
		filters expr
		body    []stmt
	}
	// {% with target = value, … %}…{% endwith %}.
	withStmt struct {
		line    int
		targets []target
		values  []expr
		body    []stmt
	}
	// {% macro name(…) %}…{% endmacro %}.
	macroStmt struct {
		line int
		m    *macro
	}
	// {% call(…) name(…) %}…{% endcall %}; m is the block's body as a macro.
	callStmt struct {
		line int
		call *callExpr
		m    *macro
	}
	scopeStmt struct{ body []stmt } // {% generation %}
	// {% break %} and {% continue %}.
	flowStmt struct{ flow flow }
)

// A target is what is assigned to: a name, an attribute of a namespace, or
// several targets.
// Either several is set, or name is; attr is set for an attribute only.
type target struct {
	name, attr string
	several    []target
}

// Expressions.
type (
	constant  struct{ v Value }
	nameExpr  struct{ name string }
	tupleExpr struct{ items []expr }
	listExpr  struct{ items []expr }
	dictExpr  struct{ keys, vals []expr }
	condExpr  struct{ test, yes, no expr } // no may be nil
	notExpr   struct{ e expr }
	// a or b, else a and b.
	logicExpr struct {
		or   bool
		a, b expr
	}
	compareExpr struct {
		line  int
		first expr
		// a op b op c: ops[i] stands before rest[i].
		ops  []string
		rest []expr
	}
	// a ~ b ~ c.
	concatExpr struct{ items []expr }
	// Arithmetic: + - * / // % **.
	binaryExpr struct {
		line int
		op   string
		a, b expr
	}
	unaryExpr struct {
		line int
		op   string
		e    expr
	}
	// e.name.
	attrExpr struct {
		line int
		e    expr
		name string
	}
	// e[key], where key may be a slice, and e.0.
	itemExpr struct {
		line   int
		e, key expr
	}
	sliceExpr struct{ start, stop, step expr } // nil where there is none
	// f(…).
	callExpr struct {
		line int
		f    expr
		args arguments
	}
	// e | name(…).
	filterExpr struct {
		line int
		name string
		e    expr // nil in {% filter %}: what was captured
		args arguments
	}
	// e is name(…).
	testExpr struct {
		line int
		name string
		e    expr
		args arguments
	}
)

// Arguments of a call.
type arguments struct {
	positional []expr
	// Of the named arguments, names[i] is the name of named[i].
	names      []string
	named      []expr
	list, dict expr // behind * and **
}
