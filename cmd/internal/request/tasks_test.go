package request_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// TestTasksOpen: what a model wrote is explained, whether it was written by Run or
// shown before by Tokens, and scores add up to the answer's log-probability.
func TestTasksOpen(t *testing.T) {
	models := builtin()
	for name, r := range map[string]request.Request{
		"generate": {Task: request.Generate, Input: request.Input{Text: "Lily had a red ball."}, Writing: request.Writing{MaxTokens: 4}, Target: request.Target{Explain: "answer"}},
		"fields": {Task: request.Generate, Input: request.Input{Template: "{fact} Lily was", Fields: []request.Field{{Name: "fact", Text: "It rained."}, {Name: "fact", Text: "Her ball was lost."}}},
			Target: request.Target{Answer: " sad", Explain: "answer"}, Game: request.Game{Unit: "field"}},
		"translate": {Task: request.Translate, Input: request.Input{Text: "hello"}, Target: request.Target{Explain: "answer"}, Game: request.Game{Unit: "character"}},
		"written":   {Task: request.Translate, Input: request.Input{Text: "hello"}, Target: request.Target{Explain: "answer", Written: 1}, Game: request.Game{Unit: "character"}},
	} {
		run, err := r.Open(t.Context(), models)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		x, err := run.Estimate(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if math.Abs(x.Sum(0)-x.Full[0]) > 1e-9 || x.Full[0] > 0 || len(x.Players) < 2 {
			t.Errorf("%s: %d players, scores add up to %v, the answer has %v", name, len(x.Players), x.Sum(0), x.Full[0])
		}
	}
}

func TestTokensAreKept(t *testing.T) {
	r := request.Request{Task: request.Generate, Input: request.Input{Text: "One day"}, Writing: request.Writing{MaxTokens: 3}}
	g, err := r.Generation(t.Context(), builtin())
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for token, err := range g.Tokens(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		shown = append(shown, token.Text)
	}
	run, err := g.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Estimate(t.Context())
	if err != nil || x.Subject.Answer != strings.Join(shown, "") {
		t.Errorf("explained %q, shown %q, error %v", x.Subject.Answer, shown, err)
	}
}

func TestTasksRefuse(t *testing.T) {
	for _, c := range []struct {
		r    request.Request
		want string
	}{
		{request.Request{Task: request.Generate, Input: request.Input{Text: "a"}, Target: request.Target{Answer: "b", Part: "c"}}, `part "c" is not in the answer`},
		{request.Request{Task: request.Generate, Input: request.Input{Text: "a"}, Target: request.Target{Answer: "b"}, Game: request.Game{Unit: "field"}}, "the prompt has no fields"},
		{request.Request{Task: request.Translate, Input: request.Input{Text: "a"}, Target: request.Target{Written: 99}}, "written 99: the answer has"},
		{request.Request{Task: request.Answer, Input: request.Input{Text: "a"}}, "no question is given"},
		{request.Request{Task: request.Tag, Input: request.Input{Text: "a"}}, "no model is given"},
		{request.Request{Task: request.Ask}, "no request can name"},
	} {
		_, err := c.r.Open(t.Context(), builtin())
		var f *request.Fault
		if !errors.As(err, &f) || !strings.Contains(f.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.r, err, c.want)
		}
	}
}
