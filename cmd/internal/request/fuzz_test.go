package request_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/request"
)

// FuzzSaved: whatever a saved explanation says of how it was made, it is a request or
// refused, and a request is read as it is written.
func FuzzSaved(f *testing.F) {
	for _, run := range []string{
		`{"task": "generate", "template": "{a} is", "fields": [{"name": "a", "text": "x"}], "temperature": 0.5, "stop": ["\n"]}`,
		`{"text": "b", "budget": 7, "neutralize": ["a", "b"], "mask": "infill", "unit": "sentence", "method": "kernel", "seed": 0}`,
		`{"command": "explain", "settings": {"model": "sentiment", "seed": "7", "budget": "0", "max-error": "0.05", "order": "0"}}`,
		`{"command": "generate", "settings": {"template": "{a}", "set": "a=@@home", "stop": "[\"\\n\", \"a\"]", "early-stopping": "default"}}`,
		`{"task": "ask", "messages": [{"role": "user", "content": "x"}]}`, `{"task": "game"}`, `[]`, `null`,
	} {
		f.Add([]byte(run), "words")
	}
	f.Fuzz(func(t *testing.T, run []byte, text string) {
		r, err := request.Saved(run, text)
		if err != nil || r.Validate() != nil {
			return
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("%s: %v", run, err)
		}
		if again, err := request.Decode(b); err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%s is read as\n%+v, error %v, not\n%+v", b, again, err, r)
		}
	})
}
