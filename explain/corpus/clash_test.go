package corpus_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// overFiles is a run over files of a folder, of which it makes an output there.
func overFiles(t *testing.T, pattern, output string) *corpus.Run {
	t.Helper()
	in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{pattern}, corpus.Fields{Text: "text"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &corpus.Run{Input: in, Store: corpus.Folder{}, Output: output, Shards: 1, Explain: explainLetters}
}

// TestClash: a run that would write over what it reads is refused, however the two
// are named, and nothing is lost.
func TestClash(t *testing.T) {
	const rows = `{"text":"a quiet one"}` + "\n" + `{"text":"a loud one!"}` + "\n"
	t.Chdir(t.TempDir())
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"in.jsonl", "why.dead.jsonl", "out.jsonl.parts/mine.jsonl"}
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, name := range map[string]string{"link.jsonl": "in.jsonl", "linked": "out.jsonl.parts"} {
		if err := os.Symlink(name, link); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	if err := os.Link("in.jsonl", "hard.jsonl"); err != nil {
		t.Skip("no links here")
	}
	for _, c := range []struct{ pattern, output string }{
		{"in.jsonl", "in.jsonl"},
		{"./in.jsonl", "in.jsonl"},
		{"in.jsonl", filepath.Join(dir, "in.jsonl")},
		{"link.jsonl", "in.jsonl"},
		{"hard.jsonl", "in.jsonl"},
		{"i*.jsonl", "in.jsonl"},
		{"why.dead.jsonl", "why.jsonl"},
		{"out.jsonl.parts/*.jsonl", "out.jsonl"},
		{"linked/mine.jsonl", "./out.jsonl"},
	} {
		var clash *corpus.ClashError
		if _, err := overFiles(t, c.pattern, c.output).All(t.Context()); !errors.As(err, &clash) {
			t.Errorf("%s to %s: %v", c.pattern, c.output, err)
		}
		if _, err := overFiles(t, c.pattern, c.output).Shard(t.Context(), 0); !errors.As(err, &clash) {
			t.Errorf("a shard of %s to %s: %v", c.pattern, c.output, err)
		}
	}
	for _, name := range names {
		if b, err := os.ReadFile(name); err != nil || string(b) != rows {
			t.Errorf("%s holds %q (%v)", name, b, err)
		}
	}
}
