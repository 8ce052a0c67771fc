// Package jinja runs the templates of chats: programs in Jinja, as they stand
// in the files of models, which come from anybody. It has what transformers
// gives such templates (jinja2's immutable sandbox with trim_blocks,
// lstrip_blocks, loop controls and its own tojson) and means by it what jinja2
// means, but for what a chat has no use for: other files, blocks, autoescape.
//
// A template can do nothing but make text, and that within bounds: of steps, of
// bytes made, of depth, and of the caller's context.
//
// Text remembers which of the sources that were put in it came from, through
// whatever the template does to it; see [Text.Places].
package jinja

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A Template is a program that makes text. It may be used by several goroutines
// at once.
type Template struct{ body []stmt }

// maxSource bounds the length of a template in bytes. Those of today have up to
// 30,000.
// A longer text is no template but an attempt to keep the parser busy.
const maxSource = 1 << 18

// Parse reads a template. The error names the line.
func Parse(source string) (t *Template, err error) {
	if len(source) > maxSource {
		return nil, fmt.Errorf("a template of %d bytes, %d is the most", len(source), maxSource)
	}
	defer caught(&err)
	p := &parser{tokens: lex(strings.ToValidUTF8(source, "\uFFFD"))}
	return &Template{p.template()}, nil
}

// Inputs are what a template is given.
type Inputs struct {
	Names map[string]Value
	// Date is what strftime_now formats. Without one there is no strftime_now.
	Date time.Time
}

// Render runs the template. It ends with ctx.
func (t *Template) Render(ctx context.Context, in Inputs) (made Text, err error) {
	defer caught(&err)
	r := &run{ended: ctx.Err, date: in.Date}
	s := &scope{}
	for name, v := range in.Names {
		r.setName(s, name, v)
	}
	if !in.Date.IsZero() {
		r.setName(s, "strftime_now", &function{"strftime_now", strftimeNow})
	}
	r.out = &builder{run: r}
	r.exec(t.body, s)
	return r.out.text(), nil
}

// A fault is an error on its way up: where anything may go wrong, errors that
// are handed on by hand would be most of this package.
// It is a panic only inside the package: Parse and Render, the two ways in, both
// end it with caught.
type fault struct{ error }

// caught ends the way of a fault.
func caught(err *error) {
	switch f := recover().(type) {
	case nil:
	case fault:
		*err = f.error
	// an error of this package's own, such as an index out of range: not the
	// template's, and not to be hidden
	default:
		panic(f)
	}
}

// at returns a fault on a line of the template.
// The parser knows the line of its token, a run the line of the statement or
// operator that it is at.
func at(line int, format string, args ...any) fault {
	return fault{fmt.Errorf("line %d: %w", line, fmt.Errorf(format, args...))}
}
