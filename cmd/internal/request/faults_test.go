package request_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/model/chat"
)

// TestEveryFault: each thing that can be wrong with a request is told by the field that
// has it, alone or beside others, with advice where there is some.
func TestEveryFault(t *testing.T) {
	minus, nan, inf := -1, math.NaN(), math.Inf(1)
	said := []chat.Message{{Role: "user", Content: "hi"}}
	for _, c := range []struct {
		r                 request.Request
		field, said, hint string
	}{
		{request.Request{Task: "sing"}, "task", `task "sing" is none of classify, generate`, ""},
		{request.Request{Input: request.Input{Text: "a\xff"}}, "text", "text is not UTF-8", ""},
		{request.Request{Input: request.Input{Text: strings.Repeat("a", 16<<20+1)}}, "text", "text has more than 16 MiB", ""},
		{request.Request{Task: request.Answer, Input: request.Input{Question: "\xff"}}, "question", "question is not UTF-8", ""},
		{request.Request{Task: request.Generate, Input: request.Input{Fields: []request.Field{{Name: "a"}}}}, "fields", "fields without a template", `template "Facts: {fact} Answer:" has the fields`},
		{request.Request{Task: request.Generate, Input: request.Input{Template: "{a}", Text: "b"}}, "template", "template makes the prompt: no text goes with it", ""},
		{request.Request{Task: request.Generate, Input: request.Input{Chat: true, Text: "a", Messages: said}}, "messages", "messages are all that is said: no text goes with them", ""},
		{request.Request{Task: request.Generate, Input: request.Input{Messages: said}}, "system", "system is for chat", ""},
		{request.Request{Task: request.Generate, Input: request.Input{Tools: json.RawMessage("[]")}}, "system", "system is for chat", ""},
		{request.Request{Task: request.Generate, Input: request.Input{Today: time.Unix(1, 0)}}, "system", "system is for chat", ""},
		{request.Request{Target: request.Target{Scale: "logits"}}, "scale", `scale "logits" is none of log-odds, probability, logit`, "did you mean scale logit?"},
		{request.Request{Task: request.Generate, Target: request.Target{Explain: "word"}}, "explain", `explain "word" is none of tokens`, ""},
		{request.Request{Task: request.Generate, Target: request.Target{Explain: "next", Against: "b"}}, "against", "against explains the whole answer: explain next does not go with it", ""},
		{request.Request{Task: request.Ask, Target: request.Target{Score: "rouge"}}, "score", `score "rouge" is none of auto`, ""},
		{request.Request{Task: request.Translate, Target: request.Target{Written: -1}}, "written", "written -1 is negative", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{MaxTokens: -1}}, "max_tokens", "max_tokens -1 is negative", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{Beams: -2}}, "beams", "beams -2 is negative", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{TopK: &minus}}, "top_k", "top_k -1 is negative", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{NoRepeat: &minus}}, "no_repeat", "no_repeat -1 is negative", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{Temperature: &nan}}, "temperature", "temperature NaN is no number", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{LengthPenalty: &inf}}, "length_penalty", "length_penalty +Inf is no number", ""},
		{request.Request{Task: request.Generate, Writing: request.Writing{EarlyStopping: "soon"}}, "early_stopping", `early_stopping "soon" is none of default, true, false, never`, ""},
		{request.Request{Task: request.Tag, Writing: request.Writing{Aggregation: "averge"}}, "aggregation", `aggregation "averge" is none of`, "did you mean aggregation average?"},
		{request.Request{Task: request.Answer, Writing: request.Writing{Window: -1}}, "window", "window -1 is negative", ""},
		{request.Request{Task: request.Fill, Writing: request.Writing{Words: -1}}, "words", "words -1 is negative", ""},
		{request.Request{Game: request.Game{Unit: "wrod"}}, "unit", `unit "wrod" is none of word`, "did you mean unit word?"},
		{request.Request{Game: request.Game{Mask: "blur"}}, "mask", "blur", ""},
		{request.Request{Game: request.Game{Mask: "infill"}}, "mask", "mask infill needs a model that fills", "infill_model names one"},
		{request.Request{Game: request.Game{Long: "cut"}}, "long", "cut", ""},
		{request.Request{Game: request.Game{InfillDraws: -1}}, "infill_draws", "infill_draws -1 is negative", ""},
		{request.Request{Method: request.Method{Name: "kernal"}}, "method", `method "kernal" is none of auto`, "did you mean method kernel?"},
		{request.Request{Method: request.Method{Index: "XYZ"}}, "index", "XYZ", ""},
		{request.Request{Method: request.Method{Name: "kernel", Index: "SII"}}, "index", "method kernel does not estimate SII", "method exact"},
		{request.Request{Method: request.Method{Order: 2}}, "order", "SV is of order 1, not 2", "index k-SII"},
		{request.Request{Method: request.Method{Order: -1}}, "order", "order -1 is negative", ""},
		{request.Request{Method: request.Method{Budget: -1}}, "budget", "budget -1 is negative", ""},
		{request.Request{Method: request.Method{StableTop: -1}}, "stable_top", "stable_top -1 is negative", ""},
		{request.Request{Method: request.Method{MaxError: nan}}, "max_error", "max_error NaN is no share between 0 and 1", ""},
		{request.Request{Model: request.Model{Precision: "float8"}}, "precision", "float8", ""},
	} {
		err := c.r.Validate()
		var f *request.Fault
		switch {
		case !errors.As(err, &f):
			t.Errorf("%s: %v is no fault", c.said, err)
		case f.Field != c.field || !strings.Contains(f.Error(), c.said):
			t.Errorf("field %s: %v, want %s: %s", f.Field, f, c.field, c.said)
		case !strings.HasPrefix(f.Hint(asIs), c.hint):
			t.Errorf("%v: advice %q, want %q", f, f.Hint(asIs), c.hint)
		}
		both := c.r
		both.Task, both.Precision, both.MaxError = "hum", "half", 9
		if err := both.Validate(); err == nil || !strings.Contains(err.Error(), `task "hum"`) || !strings.Contains(err.Error(), "half") || !strings.Contains(err.Error(), "max_error 9") {
			t.Errorf("%s: beside it only %v", c.said, err)
		}
	}
}

func asIs(field string) string { return field }
