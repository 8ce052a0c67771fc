package prompt

import (
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

func TestTemplate(t *testing.T) {
	p, err := Template("{{x}} {a}|{b}|{a}{c}").Fill([]Value{{"a", "one"}, {"b", "β\n"}, {"b", "2"}, {"c", " "}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "{x} one|β\n\n\n2|one "; p.Text != want {
		t.Errorf("text %q, want %q", p.Text, want)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Name+"="+p.Text[f.Start:f.End])
	}
	if got, want := strings.Join(got, "|"), "a=one|b 1=β\n|b 2=2|a 2=one"; got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
}

func TestTemplateErrors(t *testing.T) {
	for template, want := range map[Template]string{
		"a {b":         `byte 2: "{" is no field`,
		"a } b":        `byte 2: "}" is no field`,
		"{}":           `byte 0: "{" is no field`,
		"{{{x}\n{y\n}": `byte 6: "{" is no field`,
		"{y}":          "no value for {y}\ntext: template: no field {x}",
	} {
		_, err := template.Fill([]Value{{"x", "1"}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", template, err, want)
		}
	}
}

// TestMarked: fields are where they are said to be, without the white space
// around them, and have names of their own.
func TestMarked(t *testing.T) {
	const prompt = "<| Be brief. |><|Hi|><| |><|there|><|user 2|>answer:"
	var fields []Field
	for _, f := range []Value{{"system", " Be brief. "}, {"user", "Hi"}, {"user 2", " "}, {"user", "there"}, {"user 2", "user 2"}} {
		at := strings.Index(prompt, "|"+f.Text+"|") + 1
		fields = append(fields, Field{f.Field, explain.Span{Start: at, End: at + len(f.Text)}})
	}
	p := marked(prompt, fields)
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Name+"="+p.Text[f.Start:f.End])
	}
	if got, want := strings.Join(got, "|"), "system=Be brief.|user=Hi|user 2=there|user 2 2=user 2"; got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
}

// TestTemplateBomb: a short template that comes to more than any model reads is
// refused before it is filled.
func TestTemplateBomb(t *testing.T) {
	for about, template := range map[string]Template{
		"fields": Template(strings.Repeat("{a}", 300_000)),
		"text":   Template(strings.Repeat("{a} ", 9_000)),
	} {
		value := "b"
		if about == "text" {
			value = strings.Repeat("b", 1<<20)
		}
		if _, err := template.Fill([]Value{{Field: "a", Text: value}}); err == nil || !strings.Contains(err.Error(), "more than 16 MiB or 10000 fields") {
			t.Errorf("%s: %v", about, err)
		}
	}
}
