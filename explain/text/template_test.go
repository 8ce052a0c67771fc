package text

import (
	"strings"
	"testing"
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

func TestParagraphsAndItems(t *testing.T) {
	const s = "Intro line\ntwo\n\n- first\n  more\n  - nested\n- second\n\n\n1. one\nlazy\n\ttail"
	if got, want := strings.Join(cut(s, paragraphSpans(s)), "|"), "Intro line\ntwo|- first\n  more\n  - nested\n- second|1. one\nlazy\n\ttail"; got != want {
		t.Errorf("paragraphs %q, want %q", got, want)
	}
	if got, want := strings.Join(cut(s, itemSpans(s)), "|"), "Intro line|two|- first\n  more\n  - nested|- second|1. one\nlazy\n\ttail"; got != want {
		t.Errorf("items %q, want %q", got, want)
	}
}

func TestRendered(t *testing.T) {
	chat := func(texts []string) (string, error) {
		var b strings.Builder
		for _, s := range texts {
			b.WriteString("<|" + strings.TrimSpace(s) + "|>")
		}
		return b.String() + "answer:", nil
	}
	p, err := Rendered([]Value{{"system", " Be brief. "}, {"user", "Hi"}, {"user", "there"}}, chat)
	if err != nil {
		t.Fatal(err)
	}
	if want := "<|Be brief.|><|Hi|><|there|>answer:"; p.Text != want {
		t.Errorf("text %q, want %q", p.Text, want)
	}
	var got []string
	for _, f := range p.Fields {
		got = append(got, f.Name+"="+p.Text[f.Start:f.End])
	}
	if got, want := strings.Join(got, "|"), "system=Be brief.|user=Hi|user 2=there"; got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
	shout := func(texts []string) (string, error) { return strings.ToUpper(strings.Join(texts, " ")), nil }
	if _, err := Rendered([]Value{{"user", "hi"}}, shout); err == nil {
		t.Error("a template that changes its texts was accepted")
	}
	drop := func(texts []string) (string, error) { return texts[0], nil }
	if _, err := Rendered([]Value{{"system", "a"}, {"user", "b"}}, drop); err == nil {
		t.Error("a template that leaves a text out was accepted")
	}
}
