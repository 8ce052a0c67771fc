package request

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Fault is what is wrong with one field of a request. Its texts name fields in
// braces, so that each carrier can call them as its users do: --max-error on a
// command line, max_error in JSON.
type Fault struct {
	Field string // as JSON has it
	text  message
	hint  message
	cause error // nil where the fault is the request's own
}

// A message is a format whose braces name fields.
type message struct {
	format string
	args   []any
}

// Error returns the fault with fields called as in JSON.
func (f *Fault) Error() string { return f.Text(func(field string) string { return field }) }

// Unwrap returns the error that showed the fault, nil where none did.
func (f *Fault) Unwrap() error { return f.cause }

// Text returns what is wrong, with each field called as name says.
func (f *Fault) Text(name func(field string) string) string { return f.text.in(name) }

// Hint returns what to do about it, "" where nobody knows.
func (f *Fault) Hint(name func(field string) string) string { return f.hint.in(name) }

var braced = regexp.MustCompile(`\{[a-z_]+\}`)

// Names are put into the format, not into the finished text: what users wrote
// stands in the arguments, and braces in it are theirs.
func (m message) in(name func(string) string) string {
	format := braced.ReplaceAllStringFunc(m.format, func(field string) string { return name(field[1 : len(field)-1]) })
	return fmt.Sprintf(format, m.args...)
}

// fault returns a fault; its format names fields in braces.
func fault(field, format string, args ...any) *Fault {
	f := &Fault{Field: field, text: message{format, args}}
	for i, a := range args {
		// Formats have %v, not %w: the cause is kept beside the text, which is made
		// later.
		if err, ok := a.(error); ok {
			f.cause, args[i] = err, Plain(err)
		}
	}
	return f
}

// or adds advice.
func (f *Fault) or(format string, args ...any) *Fault {
	f.hint = message{format, args}
	return f
}

// packages are the names at the head of errors that tell a programmer where one
// comes from, and a user nothing.
var packages = regexp.MustCompile(`(?m)^(?:(?:request|explain|text|model|tokenizer|chat|pretrained|shap|lime|metric|bias|corpus|report|hub|summary|remote|render|picture|stored|safetensors): )+`)

// Plain returns the text of an error as users read it, without the names of packages
// that lines of it begin with.
func Plain(err error) string { return packages.ReplaceAllString(err.Error(), "") }

// faults gathers what is wrong with a request.
type faults []error

func (f *faults) add(one *Fault) { *f = append(*f, one) }

// oneOf refuses a value that is none of those allowed. Empty is the default.
func oneOf[S ~string](f *faults, field string, value S, allowed []S) {
	if value == "" || slices.Contains(allowed, value) {
		return
	}
	e := fault(field, "{"+field+"} %q is none of %s", string(value), listed(allowed))
	if near := Nearest(string(value), texts(allowed)); near != "" {
		e = e.or("did you mean {"+field+"} %s?", near)
	}
	f.add(e)
}

// count refuses a negative number.
func (f *faults) count(field string, n int) {
	if n < 0 {
		f.add(fault(field, "{"+field+"} %d is negative", n))
	}
}

// mostEntries is how many entries a list may have.
const mostEntries = 10_000

// few refuses a list that is longer than anybody's.
func (f *faults) few(field string, n int) {
	if n > mostEntries {
		f.add(fault(field, "{"+field+"} has %d entries, and %d are the most", n, mostEntries))
	}
}

func (f faults) join() error { return errors.Join(f...) }

func texts[S ~string](of []S) []string {
	out := make([]string, len(of))
	for i, s := range of {
		out[i] = string(s)
	}
	return out
}

// counted returns so many of something in words: "1 token".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func listed[S ~string](of []S) string { return strings.Join(texts(of), ", ") }
