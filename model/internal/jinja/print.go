package jinja

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// print returns what {{ v }} writes: Python's str.
// A text prints as it is and keeps its sources, undefined prints as nothing, and all else
// as Python spells it.
func (r *run) print(v Value) Text {
	switch v := v.(type) {
	case Text:
		return v
	case undefined:
		return Text{}
	}
	return r.repr(v)
}

// repr returns how Python spells a value.
func (r *run) repr(v Value) Text {
	b := &builder{run: r}
	b.repr(v, 0)
	return b.text()
}

// A text inside of another value is quoted, and its words keep their source.
func (b *builder) repr(v Value, nest int) {
	b.run.work(1)
	b.run.nested(nest)
	switch v := v.(type) {
	case Text:
		b.quote(v)
	case undefined:
		b.plain("Undefined")
	case none:
		b.plain("None")
	case boolean:
		b.plain(map[boolean]string{true: "True", false: "False"}[v])
	case integer:
		b.plain(decimal(int(v)))
	case huge:
		b.plain(v.String())
	case float:
		b.plain(floatString(float64(v)))
	case *list:
		b.list(v, nest)
	case *dict:
		b.dict(v.keys, v.vals, nest)
	// a namespace may hold itself, and Python's shows an address
	case *namespace:
		b.run.fail("a namespace cannot be printed")
	default:
		b.run.fail("a %s cannot be printed", v.kind())
	}
}

// A tuple of one has a comma, a range prints as it was made, and the views of a dict
// have their names around.
func (b *builder) list(l *list, nest int) {
	begin, end := "[", "]"
	switch l.shape {
	case listShape:
	case tupleShape, groupShape:
		if begin, end = "(", ")"; len(l.items) == 1 {
			end = ",)"
		}
	case rangeShape:
		if b.plain(fmt.Sprintf("range(%d, %d", l.start, l.stop)); l.step != 1 {
			b.plain(fmt.Sprintf(", %d", l.step))
		}
		b.plain(")")
		return
	// dict_keys([…]) and the like
	case keysShape, valuesShape, itemsShape:
		begin, end = l.kind()+"([", "])"
	default:
		b.run.fail("a %s cannot be printed: put | list behind it", l.kind())
	}
	b.plain(begin)
	for i, item := range l.items {
		if i > 0 {
			b.plain(", ")
		}
		b.repr(item, nest+1)
	}
	b.plain(end)
}

func (b *builder) dict(keys, vals []Value, nest int) {
	b.plain("{")
	for i, key := range keys {
		if i > 0 {
			b.plain(", ")
		}
		b.repr(key, nest+1)
		b.plain(": ")
		b.repr(vals[i], nest+1)
	}
	b.plain("}")
}

// quote writes a text as a literal of Python.
// Single quotes, unless the text has single ones and no double ones.
func (b *builder) quote(t Text) {
	quote := "'"
	// a quote of the other kind needs no backslash
	if strings.Contains(t.s, "'") && !strings.Contains(t.s, `"`) {
		quote = `"`
	}
	b.plain(quote)
	b.add(b.run.each(t, func(s string) string { return escaped(s, quote) }))
	b.plain(quote)
}

// What Python's isprintable refuses is written as \x, \u or \U.
func escaped(s, quote string) string {
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\\' || string(c) == quote:
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(c) || c == utf8.RuneError:
			b.WriteRune(c)
		case c < 0x100:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\U%08x`, c)
		}
	}
	return b.String()
}
