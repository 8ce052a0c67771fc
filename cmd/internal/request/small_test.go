package request_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// small opens the built-in models, and package model's tiny ones for tasks.
func small() *request.Models {
	return &request.Models{Find: func(_ context.Context, name string) (model.Checkpoint, error) {
		if slices.Contains(pretrained.Names(), name) {
			return pretrained.Checkpoint(name)
		}
		return model.Open(filepath.Join("../../../model/testdata/tasks", name))
	}}
}

// requests returns a request of each task that a file can ask for.
func requests() map[request.Task]request.Request {
	return map[request.Task]request.Request{
		request.Classify:  {Input: request.Input{Text: "not bad"}},
		request.Generate:  {Task: request.Generate, Input: request.Input{Text: "One day"}, Writing: request.Writing{MaxTokens: 3}},
		request.Translate: {Task: request.Translate, Input: request.Input{Text: "bad"}},
		request.Answer: {Task: request.Answer, Input: request.Input{Question: "Who lives in Paris?", Text: "Ada lives in New York."},
			Model: request.Model{Name: "words-span"}},
		request.Tag:  {Task: request.Tag, Input: request.Input{Text: "Ada Lovelace lives in New York."}, Model: request.Model{Name: "words-token"}},
		request.Fill: {Task: request.Fill, Input: request.Input{Text: "Ada [MASK] in Paris."}, Model: request.Model{Name: "words-masked"}},
	}
}

// TestSameAgain: what is opened from the JSON of a request has the bits of what the
// request itself came to, whether the model's answer was shown before or not.
func TestSameAgain(t *testing.T) {
	models := small()
	for task, r := range requests() {
		first := estimated(t, models, r)
		b, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := request.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		second := estimated(t, models, again)
		if len(first) == 0 || !slices.Equal(first, second) {
			t.Errorf("%s: %v, and again %v", task, first, second)
		}
	}
}

func estimated(t *testing.T, models *request.Models, r request.Request) (scores []float64) {
	t.Helper()
	run, err := r.Open(t.Context(), models)
	if err != nil {
		t.Errorf("%s: %v", r.Task, err)
		return nil
	}
	x, err := run.Estimate(t.Context())
	if err != nil {
		t.Errorf("%s: %v", r.Task, err)
		return nil
	}
	for _, term := range x.Terms {
		scores = append(scores, term.Score...)
	}
	for o := range x.Full {
		if math.Abs(x.Sum(o)-x.Full[o]) > 1e-9 {
			t.Errorf("%s: scores add up to %v, not %v", r.Task, x.Sum(o), x.Full[o])
		}
	}
	return scores
}

// TestCanceled: who gives up hears of nothing else, whatever was being done.
func TestCanceled(t *testing.T) {
	models := small()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for task, r := range requests() {
		run, err := r.Open(gone, models)
		if err == nil {
			_, err = run.Estimate(gone)
		}
		var f *request.Fault
		if !errors.Is(err, context.Canceled) || errors.As(err, &f) {
			t.Errorf("%s: error %v", task, err)
		}
	}
	a, err := ask("The cat sat. The dog ran.").Asking(t.Context(), models)
	if err != nil {
		t.Fatal(err)
	}
	run, err := a.Run(t.Context(), &parrot{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Estimate(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("asking: error %v", err)
	}
}

// TestRefusals: what cannot be explained is the fault of a field, which is named.
func TestRefusals(t *testing.T) {
	models := small()
	for _, c := range []struct {
		task   request.Task
		change func(*request.Request)
		field  string
		want   string
		hint   string
	}{
		{request.Answer, func(r *request.Request) { r.Window = 500 }, "text", "500", ""},
		{request.Answer, func(r *request.Request) { r.Mask = "drop" }, "mask", "mask drop moves or hides", "mask replace leaves it"},
		{request.Answer, func(r *request.Request) { r.Question = "" }, "question", "no question is given", `question "…"`},
		{request.Answer, func(r *request.Request) { r.Text = "" }, "answer", "there is no answer to explain", ""},
		{request.Tag, func(r *request.Request) { r.Part = "Berlin" }, "part", `no labeled part "Berlin"`, ""},
		{request.Tag, func(r *request.Request) { r.Mask = "hide" }, "mask", "mask hide moves or hides", ""},
		{request.Tag, func(r *request.Request) { r.Model.Name = "" }, "model", "no model is given", "org/name"},
		{request.Tag, func(r *request.Request) { r.Text, r.Stride = strings.Repeat("Ada lives in New York. ", 20), 4 }, "text", "the model reads at most 40", "a shorter one can be explained"},
		{request.Fill, func(r *request.Request) { r.Text = "Ada lives." }, "text", "the text has no [MASK]", `A [MASK] film.`},
		{request.Fill, func(r *request.Request) { r.Part = "zebra" }, "part", `"zebra" is not among the words told`, "words N tells more"},
		{request.Fill, func(r *request.Request) { r.Mask = "collapse" }, "mask", "mask collapse moves or hides", ""},
		{request.Generate, func(r *request.Request) { r.Part = "zebra" }, "part", `part "zebra" is not in the answer`, ""},
		{request.Generate, func(r *request.Request) { r.Keep = []string{"fact"} }, "keep", "no field {fact} to keep", ""},
		{request.Generate, func(r *request.Request) { r.Unit = "field" }, "unit", "the prompt has no fields", "template has some"},
		{request.Generate, func(r *request.Request) { r.Chat = true }, "text", "template", ""},
		{request.Generate, func(r *request.Request) { r.Text, r.Template = "", "{a} {b" }, "template", "is no field", ""},
		{request.Generate, func(r *request.Request) { r.Samples, r.Beams = 3, 2 }, "text", "3", ""},
		{request.Generate, func(r *request.Request) { r.Against, r.Explain = " x", "next" }, "against", "explain next does not go with it", ""},
		{request.Generate, func(r *request.Request) { r.Precision = "float3" }, "precision", "float3", ""},
		{request.Translate, func(r *request.Request) { r.To = "fr" }, "text", "", ""},
		{request.Translate, func(r *request.Request) { r.Written, r.Answer = 1, "B" }, "written", "the answer has 0 tokens", ""},
	} {
		r := requests()[c.task]
		c.change(&r)
		_, err := r.Open(t.Context(), models)
		var f *request.Fault
		same := func(field string) string { return field }
		switch {
		case !errors.As(err, &f):
			t.Errorf("%s: error %v, want %q", c.task, err, c.want)
		case f.Field != c.field || !strings.Contains(f.Error(), c.want) || !strings.Contains(f.Hint(same), c.hint):
			t.Errorf("%s: %s: %v, hint %q; want %s: %q, %q", c.task, f.Field, f, f.Hint(same), c.field, c.want, c.hint)
		}
	}
}

// TestOtherModels: a model that is not here or cannot do the task is no fault of the
// request, which others may carry out.
func TestOtherModels(t *testing.T) {
	for task, name := range map[request.Task]string{request.Tag: "words-span", request.Fill: "sentiment", request.Generate: "g2p", request.Translate: "stories", request.Answer: "nothing"} {
		r := requests()[task]
		r.Model.Name = name
		if run, err := r.Open(t.Context(), small()); err == nil {
			t.Errorf("%s by %s: %v and no error", task, name, run)
		}
	}
}

// TestShownBefore: what was shown is what is explained; the model is not asked twice.
func TestShownBefore(t *testing.T) {
	r := requests()[request.Tag]
	tagging, err := r.Tagging(t.Context(), small())
	if err != nil {
		t.Fatal(err)
	}
	if err := tagging.Label(t.Context()); err != nil || len(tagging.Entities) < 2 {
		t.Fatalf("entities %v, error %v", tagging.Entities, err)
	}
	tagging.Entities = tagging.Entities[1:2]
	run, err := tagging.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Estimate(t.Context())
	if want := tagging.Entities[0].Text + ": " + tagging.Entities[0].Label; err != nil || x.Outputs[0] != want {
		t.Errorf("explained %q, want %q, error %v", x.Outputs, want, err)
	}
}
