package chat

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ardanlabs/jinja"
)

// compile parses a template. A macro that calls itself, directly or through
// others, is refused: nothing bounds how deep it would go.
func compile(source string) (program *jinja.Template, err error) {
	defer caught(&err)
	if name := recursive(source); name != "" {
		return nil, fmt.Errorf("%s calls itself, which is not supported", name)
	}
	return jinja.Compile(source)
}

// caught turns a panic of the template language into an error: the template is
// the checkpoint's, and no fault of the caller.
func caught(err *error) {
	if fault := recover(); fault != nil {
		*err = fmt.Errorf("not supported: %v", fault)
	}
}

// run executes the template with what transformers gives it.
func (t *Template) run(messages []Message, answer bool, date time.Time) (text string, err error) {
	defer caught(&err)
	list := make([]jinja.Value, len(messages))
	for i, m := range messages {
		list[i] = jinja.NewDict()
		list[i].AsDict().Set("role", jinja.NewString(m.Role))
		list[i].AsDict().Set("content", jinja.NewString(m.Content))
	}
	given := map[string]jinja.Value{
		"messages":              jinja.NewList(list),
		"add_generation_prompt": jinja.NewBool(answer),
		"tools":                 jinja.None(),
		"documents":             jinja.None(),
		"range":                 jinja.NewCallable("range", numbers),
		"strftime_now":          jinja.Undefined(),
	}
	if !date.IsZero() {
		given["strftime_now"] = jinja.NewCallable("strftime_now", func(args []jinja.Value, _ map[string]jinja.Value) (jinja.Value, error) {
			if len(args) != 1 {
				return jinja.Undefined(), errors.New("strftime_now: want one argument")
			}
			text, err := strftime(date, args[0].AsString())
			return jinja.NewString(text), err
		})
	}
	for name, token := range t.tokens {
		given[name] = jinja.NewString(token)
	}
	return t.program.RenderValues(given)
}

// maxRange bounds the numbers of a range.
const maxRange = 1 << 16

// numbers is range(stop), range(start, stop) or range(start, stop, step).
func numbers(args []jinja.Value, _ map[string]jinja.Value) (jinja.Value, error) {
	lo, hi, step := int64(0), int64(0), int64(1)
	switch len(args) {
	case 1:
		hi = args[0].AsInt()
	case 3:
		step = args[2].AsInt()
		fallthrough
	case 2:
		lo, hi = args[0].AsInt(), args[1].AsInt()
	default:
		return jinja.Undefined(), fmt.Errorf("range of %d arguments", len(args))
	}
	if step == 0 {
		return jinja.Undefined(), errors.New("range with a step of 0")
	}
	var list []jinja.Value
	for i := lo; step > 0 && i < hi || step < 0 && i > hi; i += step {
		if len(list) == maxRange {
			return jinja.Undefined(), fmt.Errorf("range of more than %d numbers", maxRange)
		}
		list = append(list, jinja.NewInt(i))
	}
	return jinja.NewList(list), nil
}

var (
	macro   = regexp.MustCompile(`(?s)\{%[-+]?\s*macro\s+(\w+)(.*?)\{%[-+]?\s*endmacro`)
	looping = regexp.MustCompile(`\{%[-+]?\s*for\s[^%]*\srecursive\s*[-+]?%\}`)
	call    = regexp.MustCompile(`(\w+)\s*\(`)
)

// recursive returns the macro or loop of a template that may call itself, ""
// for none.
func recursive(source string) string {
	if looping.MatchString(source) {
		return "a loop"
	}
	calls := make(map[string][]string)
	for _, m := range macro.FindAllStringSubmatch(source, -1) {
		for _, c := range call.FindAllStringSubmatch(m[2], -1) {
			calls[m[1]] = append(calls[m[1]], c[1])
		}
	}
	const open, closed = 1, 2
	state := make(map[string]int)
	var visit func(name string) bool // whether a call from name leads back
	visit = func(name string) bool {
		state[name] = open
		for _, next := range calls[name] {
			if state[next] == open || state[next] == 0 && calls[next] != nil && visit(next) {
				return true
			}
		}
		state[name] = closed
		return false
	}
	for name := range calls {
		if state[name] == 0 && visit(name) {
			return "macro " + name
		}
	}
	return ""
}

// strftime formats a date by the letters of C that templates use.
func strftime(date time.Time, format string) (string, error) {
	letters := map[byte]string{
		'd': "02", 'b': "Jan", 'B': "January", 'm': "01", 'Y': "2006", 'y': "06", 'A': "Monday", 'a': "Mon",
		'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'j': "002",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch {
		case i == len(format):
			return "", fmt.Errorf("date format %q ends in %%", format)
		case format[i] == '%':
			b.WriteByte('%')
		case letters[format[i]] == "":
			return "", fmt.Errorf("date format %%%c is not supported", format[i])
		default:
			b.WriteString(date.Format(letters[format[i]]))
		}
	}
	return b.String(), nil
}
