package tokenizer

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of tokenizers anew")

// The table stands between these lines in README.md of package model.
const (
	tableBegin = "<!-- tokenizers: go test ./model/tokenizer -run TestTable -update -->\n"
	tableEnd   = "<!-- /tokenizers -->\n"
)

// TestTable: the table of classes and files is that of the code.
func TestTable(t *testing.T) {
	const path = "../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatalf("%s has no lines %q and %q", path, tableBegin, tableEnd)
	}
	want := before + tableBegin + classTable() + tableEnd + after
	switch {
	case want == string(text):
	case *update:
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s has another table than the code; go test ./model/tokenizer -run TestTable -update", path)
	}
}

// classTable returns the classes, what they are made of and what takes them, in Markdown.
func classTable() string {
	files := map[vocabKind]string{
		wordPieces: "`vocab.txt`", bytePairs: "`vocab.json`, `merges.txt`", codedWords: "`bpe.codes`, `vocab.txt`",
		numberedPieces: "`sentencepiece.bpe.model`, `vocab.json`", twoModels: "`source.spm`, `target.spm`, `vocab.json`",
		scoredPieces: "a SentencePiece model", mergedPieces: "a SentencePiece model",
	}
	var b strings.Builder
	b.WriteString("\n| `tokenizer_class` | made of | `model_type` |\n|---|---|---|\n")
	for _, c := range classes() {
		b.WriteString("| " + code(c.names) + " | " + files[c.reads] + " | " + code(c.kinds) + " |\n")
	}
	b.WriteString("\n")
	return b.String()
}

func code(list []string) string {
	quoted := slices.Clone(list)
	for i := range quoted {
		quoted[i] = "`" + strings.TrimSuffix(quoted[i], "Tokenizer") + "`"
	}
	return strings.Join(quoted, ", ")
}

// TestClasses: no class and no model type is in the table twice, and none is both with a class and without.
func TestClasses(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range classes() {
		for _, name := range slices.Concat(c.names, c.kinds) {
			if seen[name] || slices.Contains(genericKinds, name) {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
		}
	}
}
