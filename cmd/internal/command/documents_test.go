package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// A fading context is canceled when it has been looked at so many times.
type fading struct {
	context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	left   int
}

func (f *fading) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left <= 0 {
		f.cancel()
	}
	return f.Context.Err()
}

// TestDocumentContext: a document is given up when its own context ends, whenever
// that is, though the command's goes on.
func TestDocumentContext(t *testing.T) {
	dir := t.TempDir()
	input := filepath.Join(dir, "in.jsonl")
	if err := os.WriteFile(input, []byte("{\"text\": \"a\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run, err := OpenCorpus(t.Context(), []string{input, "--output", filepath.Join(dir, "out.jsonl"), "--method", "permutation", "--budget", "200"})
	if err != nil {
		t.Fatal(err)
	}
	d := corpus.Document{Text: strings.Repeat("not so good, was it? ", 2)}
	for looks := 1; looks <= 4; looks++ {
		ctx, cancel := context.WithCancel(t.Context())
		x, err := run.Explain(&fading{Context: ctx, cancel: cancel, left: looks}, d)
		cancel()
		if !errors.Is(err, context.Canceled) || x != nil {
			t.Errorf("canceled after %d looks: %v, error %v", looks, x, err)
		}
	}
	if x, err := run.Explain(t.Context(), d); err != nil || len(x.Players) == 0 {
		t.Errorf("a document of its own after that: error %v", err)
	}
}

// TestShardsWithoutEnd: more shards than anybody can do are a usage error.
func TestShardsWithoutEnd(t *testing.T) {
	dir := t.TempDir()
	input := filepath.Join(dir, "in.jsonl")
	if err := os.WriteFile(input, []byte("{\"text\": \"a\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"100000000000", "-1"} {
		var said strings.Builder
		status := Run(t.Context(), []string{"corpus", input, "--output", filepath.Join(dir, "out.jsonl"), "--shards=" + n}, nil, &said, &said)
		if status != 2 || strings.Count(said.String(), "\n") != 1 || !strings.Contains(said.String(), "shards") {
			t.Errorf("--shards %s: exit %d: %s", n, status, &said)
		}
	}
}
