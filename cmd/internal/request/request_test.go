package request_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// builtin opens the built-in models and no others.
func builtin() *request.Models {
	return &request.Models{Find: func(_ context.Context, name string) (model.Checkpoint, error) {
		return pretrained.Checkpoint(name)
	}}
}

func TestJSON(t *testing.T) {
	temperature, none := 0.7, 0
	for _, r := range []request.Request{
		{},
		{Input: request.Input{Text: "not bad"}, Target: request.Target{Class: "POSITIVE"}, Method: request.Method{Name: "kernel", Budget: 64}},
		{
			Task: request.Generate, Input: request.Input{Template: "{a}: ", Fields: []request.Field{{"a", "x"}, {"a", "y"}}},
			Writing: request.Writing{Temperature: &temperature, TopK: &none}, Game: request.Game{Keep: []string{"a"}},
			Model: request.Model{Name: "stories", Precision: "bfloat16"},
		},
	} {
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := request.Decode(b)
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%s comes back as %+v, %v", b, again, err)
		}
	}
	if b, _ := (request.Request{}).Encode(); string(b) != "{}" {
		t.Errorf("the default request is %s", b)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{
		`{"budgets": 3}`, `{"command": "rm -rf /"}`, `{"endpoint": "http://example.com"}`, `{"key_env": "HOME"}`, `{"output": "x"}`,
		`{"budget": "many"}`, `[]`, `{} {}`, ``, `{"text": "a"`,
	} {
		if r, err := request.Decode([]byte(text)); err == nil {
			t.Errorf("%s: %+v and no error", text, r)
		}
	}
}

// TestNoFieldNamesWhatRuns: a request may come from anybody, so that nothing in it
// may say what is run, whom to ask with which key, or where to write.
func TestNoFieldNamesWhatRuns(t *testing.T) {
	var names func(r reflect.Type)
	names = func(r reflect.Type) {
		for i := range r.NumField() {
			f := r.Field(i)
			if f.Anonymous {
				names(f.Type)
				continue
			}
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			for _, word := range []string{"command", "endpoint", "url", "host", "key", "file", "path", "output", "cache", "threads", "font", "dir"} {
				if name == "" || strings.Contains(name, word) {
					t.Errorf("field %s is called %q", f.Name, name)
				}
			}
		}
	}
	names(reflect.TypeFor[request.Request]())
}

func TestValidateTellsAllFaults(t *testing.T) {
	r := request.Request{
		Task:    "guess",
		Input:   request.Input{Text: "\xff", System: "be kind"},
		Target:  request.Target{Scale: "lgit"},
		Writing: request.Writing{MaxTokens: -1, RepetitionPenalty: math.NaN()},
		Game:    request.Game{Unit: "syllable", Mask: "infill", Long: "never"},
		Method:  request.Method{Name: "kernl", Budget: -5, MaxError: 2},
		Model:   request.Model{Precision: "float3"},
	}
	err := r.Validate()
	for _, want := range []string{
		`task "guess" is none of classify`, "text is not UTF-8", "system is for chat", `scale "lgit" is none of log-odds`,
		"max_tokens -1 is negative", "repetition_penalty NaN is no number", "syllable", "mask infill needs a model", "never",
		`method "kernl" is none of auto`, "budget -5 is negative", "max_error 2 is no share", "float3",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the faults:\n%v", want, err)
		}
	}
	if err := (request.Request{}).Validate(); err != nil {
		t.Errorf("the default request: %v", err)
	}
}

func TestFaultsNameFields(t *testing.T) {
	err := request.Request{Target: request.Target{Scale: "{unit}"}, Method: request.Method{MaxError: 3}}.Validate()
	var f *request.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error %v", err)
	}
	flag := func(field string) string { return "--" + strings.ReplaceAll(field, "_", "-") }
	if got, want := f.Text(flag), `--scale "{unit}" is none of log-odds, probability, logit`; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	hint := ""
	if errors.As(request.Request{Task: request.Generate, Input: request.Input{Fields: []request.Field{{Name: "a"}}}}.Validate(), &f) {
		hint = f.Hint(flag)
	}
	if want := `--template "Facts: {fact} Answer:" has the fields`; hint != want {
		t.Errorf("hint %q, want %q", hint, want)
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 2 || !errors.As(joined.Unwrap()[1], &f) {
		t.Fatalf("error %v", err)
	}
	if got, want := f.Text(flag), "--max-error 3 is no share between 0 and 1"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func TestMethodFaults(t *testing.T) {
	for _, c := range []struct {
		method   request.Method
		text     string
		hint     string
		twenties bool // found out only for a game of twenty players
	}{
		{request.Method{Name: "kernel", Index: "SII"}, "method kernel does not estimate SII", "method exact", false},
		{request.Method{Order: 2}, "SV is of order 1, not 2", "index k-SII", false},
		{request.Method{Index: "XY"}, "XY", "", false},
		{request.Method{Name: "exact", Budget: 100}, "takes all 1048576 evaluations, and budget is 100", "", true},
		{request.Method{Name: "leave-one-out", Budget: 21}, "at least 22", "budget 22 is the least", true},
	} {
		r := request.Request{Method: c.method}
		err := r.Validate()
		if c.twenties {
			if err != nil {
				t.Errorf("%+v: %v", c.method, err)
			}
			_, err = r.NewRun(game(20))
		}
		var f *request.Fault
		if !errors.As(err, &f) || !strings.Contains(f.Error(), c.text) || !strings.Contains(f.Hint(func(s string) string { return s }), c.hint) {
			t.Errorf("%+v: %v", c.method, err)
		}
	}
}

// TestPrecisionIsTold: whatever a model in other numbers than float32 is run for, the
// explanation says so.
func TestPrecisionIsTold(t *testing.T) {
	for precision, warnings := range map[string]int{"": 0, "float32": 0, "int8": 1} {
		run, err := request.Request{Model: request.Model{Precision: precision}}.NewRun(game(6))
		if err != nil {
			t.Fatal(err)
		}
		x, err := run.Scores(t.Context())
		if err != nil || len(x.Warnings) != warnings {
			t.Errorf("%s: %q, error %v", precision, x.Warnings, err)
		}
	}
}

func TestEveryMethodRuns(t *testing.T) {
	for _, name := range request.Methods() {
		run, err := request.Request{Method: request.Method{Name: name}}.NewRun(game(6))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x, err := run.Estimate(t.Context())
		if err != nil || len(x.Terms) == 0 || x.Evaluations > run.Evaluations {
			t.Errorf("%s: %v, error %v", name, x, err)
		}
	}
}

func TestClassify(t *testing.T) {
	models := builtin()
	r := request.Request{Input: request.Input{Text: "not a bad film"}}
	run, err := r.Open(t.Context(), models)
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Estimate(t.Context())
	if err != nil || len(x.Players) != 4 || x.Quality == nil || x.Outputs[0] != "POSITIVE" && x.Outputs[0] != "NEGATIVE" {
		t.Fatalf("%+v, error %v", x, err)
	}
	var last, want []byte
	run.Each = func(y *explain.Explanation) { last, _ = json.Marshal(y.Terms[0].Score) }
	if _, err := run.Estimate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want, _ = json.Marshal(x.Terms[0].Score); string(last) != string(want) {
		t.Errorf("refined to %s, estimated %s", last, want)
	}
	r.Class = "POSITIVES"
	var f *request.Fault
	if _, err := r.Open(t.Context(), models); !errors.As(err, &f) || f.Hint(func(s string) string { return s }) != "did you mean class POSITIVE?" {
		t.Errorf("error %v", err)
	}
}
