package program

import "testing"

// TestNameOf: no part of a line but the program's name is kept.
func TestNameOf(t *testing.T) {
	for line, want := range map[string]string{
		"python serve.py --key sk-secret":           "python",
		"KEY=sk-secret OTHER=1 ./bin/serve -x":      "serve",
		"  /usr/bin/env KEY=sk-secret serve":        "env",
		"KEY='sk secret part' serve":                "a program",
		"KEY=sk-secret":                             "a program",
		`"$PROGRAM" --key sk-secret`:                "a program",
		"$(echo sk-secret)":                         "a program",
		"curl -H 'Authorization: Bearer sk-secret'": "curl",
		"": "a program",
	} {
		if got := NameOf(line); got != want {
			t.Errorf("%q is called %q, want %q", line, got, want)
		}
	}
	m := Model{name: NameOf("ask.sh sk-secret")}
	if m.Name() != "ask.sh" {
		t.Errorf("a model is called %q", m.Name())
	}
}
