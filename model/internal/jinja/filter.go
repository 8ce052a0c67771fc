package jinja

import "strings"

// A filter makes a value of another, behind a bar.
// It may use all that the arguments hold, but has no scope: filters see no names.
type filter func(r *run, v Value, a *args) Value

// filterOf returns a filter, nil for none.
// The names are those of jinja2 3.1.6 but for random, pprint, xmlattr, striptags,
// filesizeformat, wordwrap and urlize, which no template of a chat has a use for.
func filterOf(name string) filter {
	for _, group := range []func(string) filter{textFilter, numberFilter, listFilter, chooseFilter} {
		if f := group(name); f != nil {
			return f
		}
	}
	switch name {
	case "default", "d":
		return otherwise
	case "tojson":
		return tojson
	// the attribute alone, never an item
	case "attr":
		return func(r *run, v Value, a *args) Value {
			name := r.str(r.need(a, 1, "attr", "name")[0], "attr").s
			if found := r.attribute(v, name); found != nil {
				return found
			}
			return r.nothing(v, name)
		}
	}
	return nil
}

// otherwise is the filter default.
// With boolean, whatever Python takes for false is replaced too, not only what is
// undefined.
func otherwise(r *run, v Value, a *args) Value {
	given := r.bind(a, "default", "default_value", "boolean")
	_, missing := v.(undefined)
	if !missing && (given[1] == nil || !truth(given[1]) || truth(v)) {
		return v
	}
	if given[0] == nil {
		return Plain("")
	}
	return given[0]
}

// simple is a filter of texts without arguments; other values are printed first.
func simple(name string, change func(r *run, t Text) Text) filter {
	return func(r *run, v Value, a *args) Value {
		r.bind(a, name)
		return change(r, r.print(v))
	}
}

// textFilter returns a filter that makes text.
func textFilter(name string) filter {
	switch name {
	case "upper", "lower", "capitalize":
		return simple(name, changeOf(name))
	case "title":
		return simple(name, titleWords)
	// nothing is escaped on its own, so that "safe" changes nothing
	case "string", "safe":
		return simple(name, func(_ *run, t Text) Text { return t })
	case "escape", "e", "forceescape":
		// MarkupSafe's escapes
		html := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;")
		return simple(name, func(r *run, t Text) Text { return r.each(t, html.Replace) })
	case "urlencode":
		return urlEncode
	case "trim":
		return func(r *run, v Value, a *args) Value { return r.strip(r.print(v), a, name, true, true) }
	case "center":
		return func(r *run, v Value, a *args) Value {
			width := r.bind(a, name, "width")[0]
			if width == nil {
				width = integer(80)
			}
			return r.justify(r.print(v), &args{positional: []Value{width}}, name)
		}
	case "replace":
		return func(r *run, v Value, a *args) Value {
			given := r.need(a, 2, name, "old", "new", "count")
			// all of them
			most := -1
			if _, is := given[2].(none); given[2] != nil && !is {
				most = r.number(given[2], name)
			}
			return r.replace(r.print(v), r.print(given[0]), r.print(given[1]), most)
		}
	// "%s" | format(x): by position or by names, not both
	case "format":
		return func(r *run, v Value, a *args) Value {
			if len(a.names) == 0 {
				return r.printf(r.print(v), r.shaped(tupleShape, a.positional))
			}
			return r.printf(r.print(v), dictOf(r, &args{names: a.names, named: a.named}))
		}
	case "indent":
		return indent
	case "truncate":
		return truncate
	case "wordcount":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			t := r.print(v)
			r.scan(len(t.s))
			return integer(wordCount(t.s))
		}
	}
	return nil
}

// numberFilter returns a filter that makes numbers.
func numberFilter(name string) filter {
	switch name {
	case "abs":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			if c, known, isNumber := numbers(v, integer(0)); isNumber && known && c < 0 {
				return r.negative(v)
			}
			return r.positive(v)
		}
	case "int":
		return toInteger
	case "float":
		return toFloat
	case "round":
		return round
	case "length", "count":
		return func(r *run, v Value, a *args) Value {
			r.bind(a, name)
			if t, ok := v.(Text); ok {
				r.scan(len(t.s))
			}
			n, ok := size(v)
			if !ok {
				r.fail("object of type '%s' has no len()", v.kind())
			}
			return integer(n)
		}
	}
	return nil
}
