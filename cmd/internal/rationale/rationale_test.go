package rationale

import (
	"bytes"
	"strings"
	"testing"
)

// TestRead: what is marked, and a line that does not say so of each token is told.
func TestRead(t *testing.T) {
	const good = "\ufeff" + `{"tokens": ["not", "bad"], "rationale_freq": [0.5, 0.4], "label": "POSITIVE"}` + "\n\n" +
		`{"tokens": ["dull"], "rationale": [1], "rationale_freq": []}`
	i := 0
	for r, err := range Read(strings.NewReader(good), "people.jsonl", 0) {
		if err != nil {
			t.Fatal(err)
		}
		text, spans := r.Text()
		if marked := r.Marked(); !marked[0] || len(spans) != len(marked) || text != []string{"not bad", "dull"}[i] {
			t.Errorf("%q: %v, %v", text, marked, spans)
		}
		i++
	}
	if i != 2 {
		t.Errorf("%d texts", i)
	}
	for _, line := range []string{
		`{"tokens": ["a", "b"], "rationale_freq": [1], "rationale": [1, 0]}`, `{"tokens": ["a"]}`, `{"tokens": [], "rationale": []}`, `[]`, `null`,
	} {
		for r, err := range Read(strings.NewReader("\n"+line), "people.jsonl", 0) {
			if err == nil || !strings.Contains(err.Error(), "people.jsonl: line 2: ") {
				t.Errorf("%s: %v, %v", line, r, err)
			}
		}
	}
}

// FuzzRead: whatever a file holds, each token of what is read is marked or not, and
// stands where the spans say.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"tokens": ["not", "bad"], "rationale_freq": [0.5, 0.4], "label": "POSITIVE"}` + "\n"))
	f.Add([]byte("\ufeff\n" + `{"tokens": ["a", ""], "rationale": [1, 2]}` + "\r\n{"))
	f.Add([]byte(`{"tokens": ["a", "b"], "rationale_freq": [1], "rationale": [1, 0]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		for limit := range 2 {
			n := 0
			for r, err := range Read(bytes.NewReader(file), "", limit) {
				if n++; err != nil {
					continue
				}
				text, spans := r.Text()
				if len(r.Marked()) != len(spans) {
					t.Fatalf("%d marks of %d tokens", len(r.Marked()), len(spans))
				}
				for i, s := range spans {
					if text[s.Start:s.End] != r.Tokens[i] {
						t.Errorf("token %d is at %v of %q", i, s, text)
					}
				}
			}
			if limit > 0 && n > limit {
				t.Errorf("%d texts of %d", n, limit)
			}
		}
	})
}
