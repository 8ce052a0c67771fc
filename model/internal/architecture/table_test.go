package architecture

import (
	flags "flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flags.Bool("update", false, "write the table of architectures anew")

// The table stands between these lines, in README.md of this folder and, if it
// has them, in that of the project.
const (
	tableBegin = "<!-- architectures: go test ./model/internal/architecture -run TestTable -update -->\n"
	tableEnd   = "<!-- /architectures -->\n"
)

// readme is that of package model.
const readme = "../../README.md"

// TestTable: the tables of models and tasks are those of the code.
func TestTable(t *testing.T) {
	for _, path := range []string{readme, "../" + readme} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		before, rest, found := strings.Cut(string(text), tableBegin)
		_, after, ended := strings.Cut(rest, tableEnd)
		if !found && path != readme {
			continue
		}
		if !found || !ended {
			t.Fatalf("%s has no lines %q and %q", path, tableBegin, tableEnd)
		}
		want := before + tableBegin + familyTable() + tableEnd + after
		switch {
		case want == string(text):
		case *update:
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s has another table than the code; go test ./model/internal/architecture -run TestTable -update", path)
		}
	}
}

// familyTable returns the families and what each is for, in Markdown.
func familyTable() string {
	var b strings.Builder
	columns := []Purpose{SequenceClasses, TokenClasses, AnswerSpans, MaskedWords, NextWord, Translation}
	b.WriteString("\n| models | `model_type` | classify | `tag` | `answer` | `fill` | `generate` | `translate` |\n|---|---" + strings.Repeat("|:-:", len(columns)) + "|\n")
	for _, f := range families() {
		fmt.Fprintf(&b, "| %s | `%s` |", f.title, f.kind)
		for _, p := range columns {
			mark := " "
			if slices.Contains(f.purposes, p) {
				mark = " ✓ "
			}
			b.WriteString(mark + "|")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	return b.String()
}
