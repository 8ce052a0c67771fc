package chat

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

var special = map[string]string{"bos_token": "<s>", "eos_token": "</s>"}

// TestTemplatesEqualJinja renders templates in the manner of models of all
// families, by Python's jinja2 (testdata/golden_chat.py) and here.
func TestTemplatesEqualJinja(t *testing.T) {
	text, err := os.ReadFile("testdata/chat.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Templates map[string]string
		Messages  [][]Message
		Cases     []struct {
			Template    string
			Messages    int
			Generate    bool // whether an answer is to follow
			Want, Error string
		}
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	date := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range golden.Cases {
		template, err := Parse(golden.Templates[c.Template], special)
		if err != nil {
			t.Errorf("%s: %v", c.Template, err)
			continue
		}
		got, err := template.run(golden.Messages[c.Messages], c.Generate, date)
		switch {
		case c.Error != "":
			if err == nil || !strings.Contains(err.Error(), c.Error) {
				t.Errorf("%s, messages %d: error %v, want %q", c.Template, c.Messages, err, c.Error)
			}
		case err != nil || got != c.Want:
			t.Errorf("%s, messages %d:\n%q, want\n%q\nerror %v", c.Template, c.Messages, got, c.Want, err)
		}
	}
}

const turns = "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</>\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"

// TestContinued: a conversation that ends with the assistant's words goes on
// behind them.
func TestContinued(t *testing.T) {
	template, err := Parse(turns, nil)
	if err != nil {
		t.Fatal(err)
	}
	for said, want := range map[string]string{
		"":            "<user>Hi</>\n<assistant>",
		"Hello, I ":   "<user>Hi</>\n<assistant>Hello, I",
		"\n Hello, I": "<user>Hi</>\n<assistant>Hello, I",
	} {
		messages := []Message{{"user", "Hi"}}
		if said != "" {
			messages = append(messages, Message{"assistant", said})
		}
		if got, err := template.Render(messages, Options{}); got != want || err != nil {
			t.Errorf("%q: %q, error %v, want %q", said, got, err, want)
		}
	}
	if _, err := template.Render(nil, Options{}); err == nil {
		t.Error("no messages and no error")
	}
}

// TestRefused: what a template has that is not supported, or no good, is told.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"{% for m in messages %}":          "",
		"{{ messages | sparkle }}":         "sparkle",
		"{{ range(1000000000) | list }}":   "range of more than",
		"{{ range(1, 5, 0) | list }}":      "step of 0",
		"{{ strftime_now('%Y') }}":         "",
		"{{ raise_exception('no, sir') }}": "no, sir",
		"{% macro f(x) %}{{ g(x) }}{% endmacro %}{% macro g(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}": "calls itself",
		"{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}":                          "calls itself",
		strings.Repeat("(", maxTemplate+1):                                                           "longer than",
	} {
		template, err := Parse(source, nil)
		if err == nil {
			_, err = template.Render([]Message{{"user", "Hi"}}, Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: error %v, want one with %q", source, err, want)
		}
	}
}

func TestDate(t *testing.T) {
	template, err := Parse("{{ strftime_now('%d %b %Y, 100%%') if strftime_now is defined else 'once' }}", nil)
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[time.Time]string{{}: "once", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC): "02 Jan 2026, 100%"} {
		if got, err := template.Render([]Message{{"user", "Hi"}}, Options{Date: date}); got != want || err != nil {
			t.Errorf("%v: %q, error %v, want %q", date, got, err, want)
		}
	}
}

func FuzzTemplate(f *testing.F) {
	f.Add(turns)
	f.Add("{% macro f(x) -%} {{ x[1:] ~ 'a' }} {%- endmacro %}{{ f('bc') if messages else [1, {'a': none}] }}")
	f.Fuzz(func(_ *testing.T, source string) {
		if len(source) > 200 {
			return
		}
		if template, err := Parse(source, special); err == nil {
			_, _ = template.Render([]Message{{"user", "Hi"}}, Options{})
		}
	})
}
