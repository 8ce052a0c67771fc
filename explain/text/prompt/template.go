// Package prompt makes prompts whose parts have names: the fields of a template, or
// the messages of a chat. It tells package text what of a prompt may be masked.
package prompt

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
)

// A Template is a prompt with fields: in "Context: {context}\n\nQ: {question}"
// the names in braces are fields, "{{" and "}}" are braces of the text.
type Template string

// A Value is what a field of a template is filled with. A field of several
// values has them one after the other, a blank line between.
type Value struct{ Field, Text string }

// A Prompt is a text of which some parts have names: the fields of a template,
// or the messages of a chat.
type Prompt struct {
	Text   string
	Fields []Field // ascending, without overlap
}

// A Field is a part of a prompt.
type Field struct {
	Name string // unique: of several values of one field "passage 1", "passage 2" …
	explain.Span
}

// What a prompt may come to, which is more than any model reads: a template is short
// for what its fields make of it where each occurs often.
const (
	mostText   = 16 << 20 // bytes
	mostFields = 10_000
)

// Fill returns the prompt that the template makes of values. The error tells of
// all fields without a value and values without a field.
func (t Template) Fill(values []Value) (*Prompt, error) {
	texts, used := map[string][]string{}, map[string]bool{}
	for _, v := range values {
		texts[v.Field] = append(texts[v.Field], v.Text)
	}
	f := filling{}
	var errs []error
	err := t.parts(func(text, field string) {
		f.WriteString(text)
		if field == "" || f.full() {
			return
		}
		if texts[field] == nil && !used[field] {
			errs = append(errs, fmt.Errorf("text: template: no value for {%s}", field))
		}
		used[field] = true
		f.add(field, texts[field])
	})
	if f.full() {
		return &Prompt{}, fmt.Errorf("text: template: filled, it has more than %d MiB or %d fields", mostText>>20, mostFields)
	}
	for _, v := range values {
		if !used[v.Field] {
			errs = append(errs, fmt.Errorf("text: template: no field {%s} for the value given", v.Field))
			used[v.Field] = true
		}
	}
	return &Prompt{f.String(), f.fields}, errors.Join(append(errs, err)...)
}

// A filling is a prompt that is made of a template.
type filling struct {
	strings.Builder
	fields []Field
	names  names
}

func (f *filling) full() bool { return f.Len() > mostText || len(f.fields) > mostFields }

// add writes the values of a field and notes where they are. A value that is blank
// is no field, since nothing of it could be masked.
func (f *filling) add(name string, values []string) {
	for i, v := range values {
		if i > 0 {
			f.WriteString("\n\n")
		}
		start := f.Len()
		f.WriteString(v)
		if strings.TrimSpace(v) == "" {
			continue
		}
		unique := name
		if len(values) > 1 {
			unique = fmt.Sprintf("%s %d", name, i+1)
		}
		// The same field may stand in a template twice.
		f.fields = append(f.fields, Field{f.names.take(unique, name), explain.Span{Start: start, End: f.Len()}})
	}
}

// names are those of fields, each of which has its own.
type names struct {
	taken  map[string]bool
	number map[string]int // the last that was tried of a name
}

// take returns a name, or where a field has that already, another with a number.
func (n *names) take(name, numbered string) string {
	if n.taken == nil {
		n.taken, n.number = map[string]bool{}, map[string]int{}
	}
	for n.taken[name] {
		n.number[numbered]++
		name = fmt.Sprintf("%s %d", numbered, n.number[numbered]+1)
	}
	n.taken[name] = true
	return name
}

// parts yields the template's text up to each field, and the field; the last
// text has none.
func (t Template) parts(yield func(text, field string)) error {
	var b strings.Builder
	rest := string(t)
	for {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			yield(b.String()+rest, "")
			return nil
		}
		b.WriteString(rest[:at])
		brace := rest[at : at+1]
		if strings.HasPrefix(rest[at+1:], brace) {
			b.WriteString(brace)
			rest = rest[at+2:]
			continue
		}
		end := strings.IndexAny(rest[at+1:], "{}\n")
		// A name ends on its line: a brace left open in a long text is told where
		// it stands, rather than as a field of many lines.
		if brace == "}" || end < 0 || rest[at+1+end] != '}' || end == 0 {
			return fmt.Errorf("text: template: byte %d: %q is no field; write %q for a brace", len(t)-len(rest)+at, brace, brace+brace)
		}
		yield(b.String(), rest[at+1:at+1+end])
		b.Reset()
		rest = rest[at+end+2:]
	}
}

// Keep returns what must never be masked for the fields alone to be players:
// the text between them, and the fields called fixed, by their names or, of
// several values, by the name that these share.
func (p *Prompt) Keep(fixed ...string) ([]explain.Span, error) {
	var kept []explain.Span
	at := 0
	keep := func(to int) {
		if at < to && strings.TrimSpace(p.Text[at:to]) != "" {
			kept = append(kept, explain.Span{Start: at, End: to})
		}
	}
	found := make([]bool, len(fixed))
	for _, f := range p.Fields {
		i := slices.IndexFunc(fixed, f.is)
		if i >= 0 {
			found[i] = true
			continue
		}
		keep(f.Start)
		at = f.End
	}
	keep(len(p.Text))
	for i, ok := range found {
		if !ok {
			return nil, fmt.Errorf("text: no field {%s} to keep, there are: %s", fixed[i], strings.Join(p.names(), ", "))
		}
	}
	return kept, nil
}

// is reports whether f is called name, or is a value of the field of that name.
func (f Field) is(name string) bool {
	return f.Name == name || strings.TrimRight(strings.TrimPrefix(f.Name, name+" "), "0123456789") == "" && strings.HasPrefix(f.Name, name+" ")
}

func (p *Prompt) names() []string {
	names := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		names[i] = f.Name
	}
	return names
}

// Whole returns the options with every field one player, but for those called
// fixed.
func (p *Prompt) Whole(o text.Options, fixed ...string) (text.Options, error) {
	o.Unit, o.Spans, o.Names = unit.Custom, nil, nil
	for _, f := range p.Fields {
		if !slices.ContainsFunc(fixed, f.is) {
			o.Spans, o.Names = append(o.Spans, f.Span), append(o.Names, f.Name)
		}
	}
	_, err := p.Keep(fixed...)
	return o, err
}

// marked returns a text of which fields are parts, by place; several of one name
// are numbered. The white space around a field is none of its own, and a blank
// one is no field.
func marked(text string, fields []Field) *Prompt {
	p, own := &Prompt{Text: text}, names{}
	for _, f := range fields {
		inside := strings.TrimLeftFunc(text[f.Start:f.End], unicode.IsSpace)
		f.Start = f.End - len(inside)
		f.End = f.Start + len(strings.TrimRightFunc(inside, unicode.IsSpace))
		if f.Start == f.End {
			continue
		}
		f.Name = own.take(f.Name, f.Name)
		p.Fields = append(p.Fields, f)
	}
	return p
}
