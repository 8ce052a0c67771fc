package chat

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

var special = map[string]string{"bos_token": "<s>", "eos_token": "</s>"}

// TestTemplatesEqualTransformers renders templates in the manner of models of
// all families, by transformers (testdata/golden_chat.py) and here.
func TestTemplatesEqualTransformers(t *testing.T) {
	text, err := os.ReadFile("testdata/chat.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Templates     map[string]string
		Conversations []json.RawMessage
		Cases         []struct {
			Template     string
			Conversation int
			Generate     bool // whether an answer is to follow
			Fails        bool
			Want, Error  string
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
		said, err := Read(golden.Conversations[c.Conversation])
		if err != nil {
			t.Fatal(err)
		}
		got, err := template.run(t.Context(), said, c.Generate, date)
		switch {
		case c.Fails:
			if err == nil || !strings.Contains(err.Error(), c.Error) {
				t.Errorf("%s, conversation %d: error %v, want %q", c.Template, c.Conversation, err, c.Error)
			}
		case err != nil || got.String() != c.Want:
			t.Errorf("%s, conversation %d:\n%q, want\n%q\nerror %v", c.Template, c.Conversation, got, c.Want, err)
		}
	}
}

const turns = "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</>\n{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"

// said is a conversation of roles and what they say, by turns.
func said(turns ...string) Conversation {
	var c Conversation
	for i := 0; i < len(turns); i += 2 {
		c.Messages = append(c.Messages, Message{Role: turns[i], Content: turns[i+1]})
	}
	return c
}

// TestContinued: a conversation that ends with the assistant's words goes on
// behind them.
func TestContinued(t *testing.T) {
	template, err := Parse(turns, nil)
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"Hello, I ":   "<user>Hi</>\n<assistant>Hello, I",
		"\n Hello, I": "<user>Hi</>\n<assistant>Hello, I",
		"</>":         "<user>Hi</>\n<assistant></>",
	} {
		if got, err := template.Render(t.Context(), said("user", "Hi", "assistant", words), Options{}); err != nil || got.Text != want {
			t.Errorf("%q: %v, error %v, want %q", words, got, err, want)
		}
	}
	if got, err := template.Render(t.Context(), said("user", "Hi"), Options{}); err != nil || got.Text != "<user>Hi</>\n<assistant>" {
		t.Errorf("%v, error %v", got, err)
	}
	for _, c := range []Conversation{{}, said("user", "Hi", "assistant", " ")} {
		if _, err := template.Render(t.Context(), c, Options{}); err == nil {
			t.Error("nothing to go on from and no error")
		}
	}
}

// TestPlaces: the text knows where the words of the messages are, whatever the
// template has done to them.
func TestPlaces(t *testing.T) {
	const each = "{% for m in messages %}<{{ m.role }}>"
	for source, want := range map[string]string{
		each + "{{ m.content }}{% endfor %}":                                                       "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		each + "{{ m.content | trim }}{% endfor %}":                                                "0=Be brief.|1=<think>hm</think>Hi hi|2=Hi",
		each + "{{ m.content.split('</think>')[-1] }}{% endfor %}":                                 "0= Be brief. |1=Hi hi|2=Hi",
		each + "{{ m.content | upper }}{% endfor %}":                                               "0= BE BRIEF. |1=<THINK>HM</THINK>HI HI|2=HI",
		each + "{{ ('<' ~ m.content ~ '>') | upper }}{% endfor %}":                                 "0= BE BRIEF. |1=<THINK>HM</THINK>HI HI|2=HI",
		each + "{{ m.content | replace('Hi hi', 'ho') }}{% endfor %}":                              "0= Be brief. |1=<think>hm</think>ho|2=Hi",
		each + "{{ m.content | tojson }}{% endfor %}":                                              "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		each + "{{ '[%s]' % m.content }}{% endfor %}":                                              "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		each + "{{ '[{}]'.format(m.content) }}{% endfor %}":                                        "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		each + "{{ m.content[:2] }}{% endfor %}":                                                   "0= B|1=<t|2=Hi",
		each + "{% set c %}{{ m.content }}{% endset %}{{ c | trim }}{% endfor %}":                  "0=Be brief.|1=<think>hm</think>Hi hi|2=Hi",
		"{% macro f(c) %}[{{ c }}]{% endmacro %}" + each + "{{ f(m.content) | trim }}{% endfor %}": "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		"{{ messages | map(attribute='content') | join('|') }}":                                    "0= Be brief. |1=<think>hm</think>Hi hi|2=Hi",
		"{{ messages[2].content }}{{ messages[0].content }}":                                       "2=Hi|0= Be brief. ",
		"{{ messages[0].role }}":                                                                   "",
		"{{ messages[0].content ~ messages[0].content }}":                                          "0= Be brief.  Be brief. ",
		"{{ (messages[0].content ~ 'x') | capitalize }}":                                           "0= be brief. ",
		"{{ (messages[0].content ~ 'ß' ~ messages[2].content) | title }}":                          "0= Be Brief. |2=hi",
		"{{ ('straße ' ~ messages[2].content) | upper }}":                                          "2=HI",
		"{% for c in messages[2].content %}{{ c }}.{% endfor %}":                                   "2=H|2=i",
		"{{ messages[2] }}": "2=Hi",
		"{{ (messages[0].content + messages[2].content) | replace('. H', '') }}":  "0= Be brief|2=i",
		"{{ (messages[0].content + messages[2].content) | replace('. H', 'x') }}": "mixed",
	} {
		template, err := Parse(source, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := said("system", " Be brief. ", "assistant", "<think>hm</think>Hi hi", "user", "Hi")
		r, err := template.Render(t.Context(), c, Options{})
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		places, err := r.Places()
		if got := marked(r.Text, places); err != nil && want != "mixed" || err == nil && got != want {
			t.Errorf("%s: %q, error %v, want %q", source, got, err, want)
		}
	}
}

func marked(text string, places []Place) string {
	var parts []string
	for _, p := range places {
		parts = append(parts, fmt.Sprintf("%d=%s", p.Message, text[p.Start:p.End]))
	}
	return strings.Join(parts, "|")
}

// TestRead: conversations come in several shapes.
func TestRead(t *testing.T) {
	const list = `[{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]}, {"content": null, "role": "assistant"}]`
	for text, want := range map[string]string{
		list:                           "user=ab assistant=",
		"\uFEFF" + list:                "user=ab assistant=",
		`{"messages": ` + list + `}`:   "user=ab assistant=",
		` [{"role":"u","content":""}]`: "u=",
		`{"messages": [{"role": "user", "content": "Hi"}], "tools": null, "model": "m"}`: "user=Hi",
		`{"tools": []}`:                        "error: \"messages\"",
		`[{"content": "x"}]`:                   "error: without a role",
		`[{"role": "user", "content": 5}]`:     "error: no text and no list",
		`[{"role": "user", "content": ["a"]}]`: "error: no text and no list",
		`["Hi"]`:                               "error: a string where a message",
		`{"messages": "Hi"}`:                   "error: a string where a message",
		`[`:                                    "error: unexpected end",
		``:                                     "error: unexpected end",
	} {
		c, err := Read([]byte(text))
		var parts []string
		for _, m := range c.Messages {
			parts = append(parts, m.Role+"="+m.Content)
		}
		got := strings.Join(parts, " ")
		if wrong, fails := strings.CutPrefix(want, "error: "); fails {
			if err == nil || !strings.Contains(err.Error(), wrong) {
				t.Errorf("%s: error %v, want %q", text, err, wrong)
			}
		} else if got != want || err != nil {
			t.Errorf("%s: %q, want %q, error %v", text, got, want, err)
		}
	}
}

// TestRefused: what a template has that is not supported, or no good, is told.
func TestRefused(t *testing.T) {
	for source, want := range map[string]string{
		"{% for m in messages %}":              "line 1: {% for %} without {% endfor %}",
		"\n{{ messages | sparkle }}":           "line 2: no filter is called 'sparkle'",
		"{{ strftime_now('%Y') }}":             "'strftime_now' is undefined",
		"\n\n{{ raise_exception('no, sir') }}": "line 3: no, sir",
		"{% include 'other' %}":                "line 1: {% include %} is not supported",
		strings.Repeat("(", 1<<20):             "a template of",
	} {
		template, err := Parse(source, nil)
		if err == nil {
			_, err = template.Render(t.Context(), said("user", "Hi"), Options{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: error %v, want one with %q", source, err, want)
		}
	}
}

func TestDate(t *testing.T) {
	template, err := Parse("{{ strftime_now('%-d %b %Y, 100%%') if strftime_now is defined else 'once' }}", nil)
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[time.Time]string{{}: "once", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC): "2 Jan 2026, 100%"} {
		if got, err := template.Render(t.Context(), said("user", "Hi"), Options{Date: date}); err != nil || got.Text != want {
			t.Errorf("%v: %v, error %v, want %q", date, got, err, want)
		}
	}
}

// FuzzRead reads conversations; what is read can be rendered.
func FuzzRead(f *testing.F) {
	template, err := Parse("{{ messages | length }}{% for m in messages %}{{ m.role }}{% endfor %}", nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}], "tools": [{}], "chat_template_kwargs": {"a": 1}}`))
	f.Add([]byte(`[{"role": "assistant", "content": "x", "reasoning": "y", "tool_calls": null}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := Read(text)
		if err != nil || len(c.Messages) == 0 {
			return
		}
		c.Messages = append(c.Messages, Message{Role: "user", Content: "Hi"})
		if r, err := template.Render(t.Context(), c, Options{}); err == nil && !strings.HasSuffix(r.Text, "user") {
			t.Errorf("%q", r.Text)
		}
	})
}
