package jinja

import (
	"encoding/json"
	"os"
	"testing"
	"time"
)

// A golden file has what jinja2 makes of templates.
type golden struct {
	Names json.RawMessage
	Cases []struct{ Template, Want, Error string }
}

func readGolden(t testing.TB) (g golden, in Inputs) {
	t.Helper()
	text, err := os.ReadFile("testdata/jinja.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	v, err := FromJSON(g.Names, nil)
	if err != nil {
		t.Fatal(err)
	}
	in = Inputs{Names: map[string]Value{}, Date: time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)}
	names := v.(*dict)
	for i, key := range names.keys {
		in.Names[key.(Text).s] = names.vals[i]
	}
	return g, in
}

// TestEqualsJinja renders what testdata/golden_jinja.py has rendered by jinja2,
// in the environment of transformers.
func TestEqualsJinja(t *testing.T) {
	g, in := readGolden(t)
	for _, c := range g.Cases {
		template, err := Parse(c.Template)
		var got Text
		if err == nil {
			got, err = template.Render(t.Context(), in)
		}
		switch {
		case c.Error != "" && err == nil:
			t.Errorf("%q: %q, want the error %s", c.Template, got.s, c.Error)
		case c.Error == "" && (err != nil || got.s != c.Want):
			t.Errorf("%q: %q, want %q, error %v", c.Template, got.s, c.Want, err)
		}
	}
}
