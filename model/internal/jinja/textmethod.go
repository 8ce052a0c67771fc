package jinja

import (
	"strings"
	"unicode"
)

// textMethod returns a method of strings, nil for none.
// Those that are missing are encode, which makes bytes, translate and maketrans,
// format_map and isidentifier.
func textMethod(name string) func(r *run, t Text, a *args) Value {
	switch name {
	case "strip":
		return func(r *run, t Text, a *args) Value { return r.strip(t, a, name, true, true) }
	case "lstrip":
		return func(r *run, t Text, a *args) Value { return r.strip(t, a, name, true, false) }
	case "rstrip":
		return func(r *run, t Text, a *args) Value { return r.strip(t, a, name, false, true) }
	// what Python returns of partition and split is made by the functions below; this is only
	// who is called what
	case "split":
		return func(r *run, t Text, a *args) Value { return r.split(t, a, name, true) }
	case "rsplit":
		return func(r *run, t Text, a *args) Value { return r.split(t, a, name, false) }
	case "splitlines":
		return splitLines
	case "partition":
		return func(r *run, t Text, a *args) Value { return r.partition(t, a, strings.Index, false) }
	case "rpartition":
		return func(r *run, t Text, a *args) Value { return r.partition(t, a, strings.LastIndex, true) }
	case "startswith":
		return func(r *run, t Text, a *args) Value { return r.affix(t, a, name, strings.HasPrefix) }
	case "endswith":
		return func(r *run, t Text, a *args) Value { return r.affix(t, a, name, strings.HasSuffix) }
	// what is left of the text is cut out of it, so that it keeps its sources
	case "removeprefix":
		return func(r *run, t Text, a *args) Value {
			prefix := r.str(r.need(a, 1, name, "prefix")[0], name).s
			return t.cut(len(t.s)-len(strings.TrimPrefix(t.s, prefix)), len(t.s))
		}
	case "removesuffix":
		return func(r *run, t Text, a *args) Value {
			suffix := r.str(r.need(a, 1, name, "suffix")[0], name).s
			return t.cut(0, len(strings.TrimSuffix(t.s, suffix)))
		}
	case "replace":
		return func(r *run, t Text, a *args) Value {
			given := r.need(a, 2, name, "old", "new", "count")
			return r.replace(t, r.str(given[0], name), r.str(given[1], name), r.optional(given[2], -1, name))
		}
	case "join":
		return func(r *run, t Text, a *args) Value {
			return r.join(r.iterate(r.need(a, 1, name, "iterable")[0]), t, true)
		}
	case "format":
		return func(r *run, t Text, a *args) Value { return r.format(t, a) }
	// one function, since all of them look for a part between start and end
	case "count", "find", "rfind", "index", "rindex":
		return func(r *run, t Text, a *args) Value { return r.search(t, a, name) }
	case "center", "ljust", "rjust":
		return func(r *run, t Text, a *args) Value { return r.justify(t, a, name) }
	// zeros stand behind a sign
	case "zfill":
		return func(r *run, t Text, a *args) Value {
			n := r.number(r.need(a, 1, name, "width")[0], name) - t.length()
			head := 0
			if t.s != "" && (t.s[0] == '+' || t.s[0] == '-') {
				head = 1
			}
			return r.joined(t.cut(0, head), r.fillOf("0", n), t.cut(head, len(t.s)))
		}
	case "expandtabs":
		return expandTabs
	}
	if change := changeOf(name); change != nil {
		return func(r *run, t Text, a *args) Value {
			r.bind(a, name)
			return change(r, t)
		}
	}
	if test := characterTest(name); test != nil {
		return func(r *run, t Text, a *args) Value {
			r.bind(a, name)
			r.scan(len(t.s))
			return boolean(test(t.s))
		}
	}
	return nil
}

// changeOf returns a change of letters, nil for none.
// A change is made of the parts of each source apart, so that case conversion that
// looks at neighbours (a final sigma) may differ at their borders.
func changeOf(name string) func(r *run, t Text) Text {
	switch name {
	case "upper":
		return func(r *run, t Text) Text { return r.each(t, upper) }
	case "lower":
		return func(r *run, t Text) Text { return r.each(t, strings.ToLower) }
	case "casefold":
		return func(r *run, t Text) Text {
			// of the full case folding, the one letter in use
			return r.each(t, func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ß", "ss") })
		}
	case "swapcase":
		return func(r *run, t Text) Text {
			return r.each(t, func(s string) string {
				return strings.Map(func(c rune) rune {
					if unicode.IsUpper(c) {
						return unicode.ToLower(c)
					}
					return unicode.ToUpper(c)
				}, s)
			})
		}
	case "capitalize":
		return capitalize
	case "title":
		return func(r *run, t Text) Text {
			// a word may go on from one part into the next
			inside := false
			return r.each(t, func(s string) string {
				return strings.Map(func(c rune) rune {
					was := inside
					// str.title: anything that is no letter begins a word, the apostrophe too
					inside = unicode.IsLetter(c)
					if was {
						return unicode.ToLower(c)
					}
					return unicode.ToTitle(c)
				}, s)
			})
		}
	}
	return nil
}

// upper knows the one common letter that becomes two.
// Go's ToUpper goes character by character and leaves it.
func upper(s string) string { return strings.ToUpper(strings.ReplaceAll(s, "ß", "SS")) }

// capitalize makes the first character a capital and all others small.
func capitalize(r *run, t Text) Text {
	first := true
	return r.each(t, func(s string) string {
		head := 0
		if first && s != "" {
			first, head = false, Plain(s).offset(1)
		}
		return upper(s[:head]) + strings.ToLower(s[head:])
	})
}

// characterTest returns a test of all characters of a string, nil for none.
// The empty string has no such characters, and fails all but isascii and isprintable.
func characterTest(name string) func(string) bool {
	all := func(is func(rune) bool) func(string) bool {
		return func(s string) bool {
			return s != "" && strings.IndexFunc(s, func(c rune) bool { return !is(c) }) < 0
		}
	}
	switch name {
	case "isalnum":
		return all(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) })
	case "isalpha":
		return all(unicode.IsLetter)
	case "isdecimal", "isdigit":
		return all(unicode.IsDigit)
	case "isnumeric":
		return all(unicode.IsNumber)
	case "isspace":
		return all(isSpace)
	case "isascii":
		return func(s string) bool { return strings.IndexFunc(s, func(c rune) bool { return c > 0x7f }) < 0 }
	case "isprintable":
		return func(s string) bool { return strings.IndexFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) < 0 }
	// there must be a letter with two cases, and no small one
	case "isupper":
		return func(s string) bool { return s != strings.ToLower(s) && s == strings.ToUpper(s) }
	case "islower":
		return func(s string) bool { return s != strings.ToUpper(s) && s == strings.ToLower(s) }
	case "istitle":
		return func(s string) bool {
			return s != strings.ToLower(s) && (changeOf("title")(&run{ended: func() error { return nil }}, Plain(s))).s == s
		}
	}
	return nil
}

// optional is a number that may be left out.
func (r *run) optional(v Value, otherwise int, what string) int {
	if v == nil {
		return otherwise
	}
	return r.number(v, what)
}
