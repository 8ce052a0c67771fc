package request_test

import (
	"reflect"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
)

func TestFromSettings(t *testing.T) {
	seed, temperature := uint64(7), 0.5
	for _, c := range []struct {
		command  string
		settings map[string]string
		want     request.Request
	}{
		{"explain", map[string]string{
			"model": "sentiment", "scale": "log-odds", "mask": "drop", "seed": "7", "budget": "0", "max-error": "0.05", "precision": "int8",
			"command": "rm -rf /", "output": "/etc/passwd", "threads": "64", "cache": "x",
		}, request.Request{
			Input: request.Input{Text: "words"}, Target: request.Target{Scale: "log-odds"}, Game: request.Game{Mask: "drop"},
			Method: request.Method{MaxError: 0.05, Seed: &seed}, Model: request.Model{Name: "sentiment", Precision: "int8"},
		}},
		{"generate", map[string]string{"template": "{a} is", "set": "a=x=1\na=y", "keep": "a", "temperature": "0.5", "top-k": "0", "order": "0", "budget": "0", "stop": "\t.\n!", "early-stopping": "default"}, request.Request{
			Task: request.Generate, Input: request.Input{Template: "{a} is", Fields: []request.Field{{Name: "a", Text: "x=1"}, {Name: "a", Text: "y"}}},
			Writing: request.Writing{Temperature: &temperature, Stop: []string{"\t.", "!"}}, Game: request.Game{Keep: []string{"a"}},
		}},
	} {
		got, err := request.FromSettings(c.command, c.settings, "words")
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %v:\n%+v, error %v, want\n%+v", c.command, c.settings, got, err, c.want)
		}
	}
	if r, err := request.FromSettings("explain", map[string]string{"budget": "many"}, ""); err == nil {
		t.Errorf("%+v and no error", r)
	}
}

// TestSavedSays: what files said before requests were is understood as it was meant.
func TestSavedSays(t *testing.T) {
	for _, c := range []struct {
		run  string
		want string // the request; "" for a refusal
	}{
		{`{"text": "b", "budget": 7}`, `{"text":"b","budget":7}`},
		{`{"command": "explain", "settings": {"neutralize": "a, b,"}}`, `{"text":"words","neutralize":["a","b"]}`},
		{`{"command": "explain", "settings": {"neutralize": "a, b\n c\n"}}`, `{"text":"words","neutralize":["a, b","c"]}`},
		{`{"command": "explain", "settings": {"seed": "0"}}`, `{"text":"words","seed":0}`},
		{`{"command": "explain", "settings": {"scale": "log-odds", "unit": "word", "method": "auto", "long": "error", "precision": "float32", "seed": "1"}}`, `{"text":"words"}`},
		{`{"command": "generate", "settings": {"temperature": "0", "stop": "[\"\\n\", \"a\"]"}}`, `{"task":"generate","text":"words","stop":["\n","a"],"temperature":0}`},
		{`{"command": "generate", "settings": {"template": "{a}", "set": "a=@@home"}}`, `{"task":"generate","template":"{a}","fields":[{"name":"a","text":"@home"}]}`},
		{`{"command": "answer", "settings": {"question": "wo"}}`, `{"task":"answer","text":"rds","question":"wo"}`},
		{`{"command": "game", "settings": {"command": "rm", "method": "kernel"}}`, `{"task":"game","method":"kernel"}`},
		{`{"command": "generate", "settings": {"template": "{a}", "set": "a=@file"}}`, ""},
		{`{"command": "generate", "settings": {"template": "file"}}`, ""},
		{`{"command": "generate", "settings": {"chat": "true"}}`, ""},
		{`{"command": "audit", "settings": {}}`, ""},
		{`{"command": "explain", "settings": {"seed": "x"}}`, ""},
		{`{"command": "explain", "text": "x"}`, ""},
		{`[]`, ""},
		{`{"seed": "x"}`, ""},
	} {
		r, err := request.Saved([]byte(c.run), "words")
		if err != nil {
			if c.want != "" {
				t.Errorf("%s: %v", c.run, err)
			}
			continue
		}
		if b, err := r.Encode(); err != nil || string(b) != c.want {
			t.Errorf("%s is %s, error %v, want %q", c.run, b, err, c.want)
		}
	}
	r, err := request.Saved([]byte(`{"command": "explain", "settings": {"neutralize": "groups"}}`), "x")
	if err != nil || len(r.Neutralize) < 50 {
		t.Errorf("groups are %v, error %v", r.Neutralize, err)
	}
}

// TestDefaultsAreNotWritten: who names a default asks for what everybody gets.
func TestDefaultsAreNotWritten(t *testing.T) {
	one := uint64(1)
	for _, task := range request.Tasks() {
		r := request.Request{Task: task, Method: request.Method{Name: "auto", Seed: &one}, Model: request.Model{Precision: "float32"},
			Target: request.Target{Scale: "log-odds", Explain: "tokens", Score: "auto"},
			Game:   request.Game{Unit: "word", Long: "error"}, Writing: request.Writing{EarlyStopping: "default", Aggregation: "simple"}}
		want := `{"task":"` + string(task) + `"}`
		if task == request.Classify {
			want = "{}"
		}
		if task == request.Play {
			r.Unit = "" // has none
		}
		if b, err := r.Encode(); err != nil || string(b) != want {
			t.Errorf("%s, error %v, want %s", b, err, want)
		}
	}
}
