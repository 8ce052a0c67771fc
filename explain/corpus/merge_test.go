package corpus_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// TestMergeRefuses: parts that are missing, of another run, or not what their
// manifests say are not joined.
func TestMergeRefuses(t *testing.T) {
	file := write(t, "in.jsonl", texts(40, ""))
	r := onDisk(t, newRun(t, 4, file))
	for shard := range 4 {
		if _, err := r.Shard(t.Context(), shard); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(want string) {
		t.Helper()
		_, err := corpus.Merge(t.Context(), r.Store, r.Output)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if _, err := os.Stat(r.Output); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("an output was written (%v)", err)
		}
	}
	part := func(suffix string) string { return filepath.Join(r.Output+".parts", "00001-of-00004"+suffix) }
	content, err := os.ReadFile(part(".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(b []byte) {
		if err := os.WriteFile(part(".jsonl"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	replace(append([]byte(nil), content[:len(content)-20]...))
	refused("make the part again")
	replace([]byte(strings.Replace(string(content), `"B"`, `"C"`, 1)))
	refused("make the part again")
	replace(content)
	os.Rename(part(".manifest.json"), part(".kept"))
	refused("1 of 4 parts are missing: shards 1")
	r.Settings = map[string]string{"method": "other"}
	if _, err := r.Shard(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	refused("other settings")
	r.Settings = map[string]string{"method": "letters"}
	if _, err := r.Shard(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	other := *r
	other.Shards = 2
	if _, err := other.Shard(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	refused("different numbers of shards")
	if _, err := corpus.Merge(t.Context(), r.Store, filepath.Join(t.TempDir(), "none.jsonl")); err == nil {
		t.Error("nothing was joined without an error")
	}
}

// TestRowsOfParts: parts that are all there are read as the output would be.
func TestRowsOfParts(t *testing.T) {
	file := write(t, "in.jsonl", texts(40, ""))
	whole, r := newRun(t, 1, file), newRun(t, 3, file)
	all(t, whole)
	for shard := range 3 {
		if _, err := r.Shard(t.Context(), shard); err != nil {
			t.Fatal(err)
		}
	}
	got, want := read(t, r), read(t, whole)
	if len(got) != len(want) || got[len(got)-1] != want[len(want)-1] {
		t.Errorf("%d rows in parts, want %d", len(got), len(want))
	}
}
