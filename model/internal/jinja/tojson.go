package jinja

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
)

// A jsonWriter writes values as Python's json.dumps does.
// transformers 5.24.0 takes json.dumps(ensure_ascii=False) instead of jinja2's, whose
// escapes of HTML would stand in the prompt.
type jsonWriter struct {
	*builder
	// ensure_ascii and sort_keys, both off if nothing is said.
	ascii, sorted bool
	// indent stands once for each level in front of a line.
	indent string
	lines  bool // a line an item
	// itemSign and keySign stand between items and behind keys.
	itemSign, keySign string
}

// tojson is the filter that transformers puts in the place of jinja2's.
func tojson(r *run, v Value, a *args) Value {
	given := r.bind(a, "tojson", "ensure_ascii", "indent", "separators", "sort_keys")
	w := &jsonWriter{builder: &builder{run: r}, itemSign: ", ", keySign: ": "}
	w.ascii = given[0] != nil && truth(given[0])
	w.sorted = given[3] != nil && truth(given[3])
	switch indent := given[1].(type) {
	case nil, none:
	case Text:
		// json.dumps with an indent leaves out the space behind the comma
		w.lines, w.indent, w.itemSign = true, indent.s, ","
	default:
		// an indent of spaces is counted before it is made
		n := min(max(r.number(indent, "tojson: indent"), 0), maxBytes)
		r.makes(n)
		w.lines, w.indent, w.itemSign = true, strings.Repeat(" ", n), ","
	}
	// separators: what stands between items, what behind a key
	if l, ok := given[2].(*list); ok && len(l.items) == 2 {
		w.itemSign, w.keySign = r.str(l.items[0], "tojson").s, r.str(l.items[1], "tojson").s
	}
	w.value(v, 0)
	return w.text()
}

// value writes a value that lies nest deep; a text keeps its sources, quotes aside.
func (w *jsonWriter) value(v Value, nest int) {
	w.run.work(1)
	w.run.nested(nest)
	switch v := v.(type) {
	case Text:
		w.plain(`"`)
		w.add(w.run.each(v, w.escaped))
		w.plain(`"`)
	case none, boolean, integer, huge, float:
		w.plain(w.scalar(v))
	case *list:
		// json.dumps takes lists and tuples only, not ranges or generators
		if v.shape != listShape && !v.isTuple() {
			w.refuse(v)
		}
		w.items("[", "]", len(v.items), nest, func(i int) { w.value(v.items[i], nest+1) })
	case *dict:
		order := w.order(v)
		w.items("{", "}", len(order), nest, func(i int) {
			w.value(w.key(v.keys[order[i]]), nest+1)
			w.plain(w.keySign)
			w.value(v.vals[order[i]], nest+1)
		})
	default:
		w.refuse(v)
	}
}

// refuse fails for what JSON cannot write, in the words of Python's error.
func (w *jsonWriter) refuse(v Value) {
	if u, ok := v.(undefined); ok {
		w.run.fail("tojson: %s", u.what)
	}
	w.run.fail("tojson: Object of type %s is not JSON serializable", v.kind())
}

// items writes n items between brackets.
func (w *jsonWriter) items(begin, end string, n, nest int, item func(i int)) {
	w.plain(begin)
	for i := range n {
		if i > 0 {
			w.plain(w.itemSign)
		}
		w.newline(nest + 1)
		item(i)
	}
	if n > 0 {
		w.newline(nest)
	}
	w.plain(end)
}

// newline begins a line at a level, if lines are wanted.
func (w *jsonWriter) newline(nest int) {
	if !w.lines {
		return
	}
	w.plain("\n")
	for range nest {
		w.plain(w.indent)
	}
}

// order returns the numbers of the keys in the order in which they are written.
func (w *jsonWriter) order(d *dict) []int {
	order := make([]int, len(d.keys))
	for i := range order {
		order[i] = i
	}
	if w.sorted {
		slices.SortStableFunc(order, func(i, j int) int {
			c, _ := w.run.order("<", d.keys[i], d.keys[j], 0)
			return c
		})
	}
	return order
}

// NaN and Infinity are no JSON, but what Python writes.
func (w *jsonWriter) scalar(v Value) string {
	switch v := v.(type) {
	case none:
		return "null"
	case boolean:
		return map[boolean]string{true: "true", false: "false"}[v]
	case float:
		if f := float64(v); math.IsInf(f, 0) || math.IsNaN(f) {
			return strings.NewReplacer("nan", "NaN", "inf", "Infinity").Replace(floatString(f))
		}
	}
	return w.run.repr(v).s
}

// key returns a key as a string, which is what JSON has.
func (w *jsonWriter) key(v Value) Value {
	switch v := v.(type) {
	case Text:
		return v
	case none, boolean, integer, huge, float:
		return Plain(w.scalar(v))
	}
	w.run.fail("tojson: keys must be str, int, float, bool or None, not %s", v.kind())
	return nil
}

// Only what JSON asks for is escaped, and with ascii all beyond it: as two halves of
// UTF-16 from U+10000 on.
func (w *jsonWriter) escaped(s string) string {
	var b strings.Builder
	for _, c := range s {
		// the characters that have an escape of one letter
		short := strings.IndexRune("\"\\\b\f\n\r\t", c)
		switch {
		case short >= 0:
			b.WriteByte('\\')
			b.WriteByte(`"\bfnrt`[short])
		case c < 0x20 || w.ascii && c > 0x7e && c < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, c)
		case w.ascii && c >= 0x10000:
			hi, lo := utf16.EncodeRune(c)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
