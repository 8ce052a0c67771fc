package corpus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
)

// TestDeadLettersOfOthers: a file that stands where dead letters would go is replaced
// only by the run that wrote it, and others are told before anything is explained.
func TestDeadLettersOfOthers(t *testing.T) {
	r := onDisk(t, newRun(t, 2, write(t, "in.jsonl", texts(10, ""))))
	explained := atomic.Int64{}
	r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
		explained.Add(1)
		return explainLetters(ctx, d)
	}
	dead := corpus.DeadLetters(r.Output)
	const others = "somebody else's\n"
	if err := os.WriteFile(dead, []byte(others), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(t.Context()); err == nil || !strings.Contains(err.Error(), dead+": was not written with "+r.Output) || explained.Load() > 0 {
		t.Errorf("error %v after %d documents", err, explained.Load())
	}
	for shard := range 2 {
		if _, err := r.Shard(t.Context(), shard); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := corpus.Merge(t.Context(), r.Store, r.Output); err == nil || !strings.Contains(err.Error(), "was not written with") {
		t.Errorf("merge: error %v", err)
	}
	if got := content(t, r.Store, dead); got != others {
		t.Errorf("it holds %q now", got)
	}
	if err := os.Remove(dead); err != nil {
		t.Fatal(err)
	}
	all(t, r)
	r.Settings = map[string]string{"method": "other"} // replaces what it wrote itself
	all(t, r)
	if got := content(t, r.Store, dead); strings.Count(got, "\n") != 1 {
		t.Errorf("dead letters are %q", got)
	}
	r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
		d.Text = strings.ReplaceAll(d.Text, "!", "")
		return explainLetters(ctx, d)
	}
	r.Settings = map[string]string{"method": "patient"} // and removes it where there are no dead letters
	all(t, r)
	if _, err := os.Stat(dead); err == nil {
		t.Error("dead letters of an earlier run are left")
	}
}

// TestTwoOutputs: outputs of one name in two formats have dead letters of their own.
func TestTwoOutputs(t *testing.T) {
	lines := onDisk(t, newRun(t, 1, write(t, "in.jsonl", texts(10, ""))))
	table := *lines
	table.Output = strings.TrimSuffix(lines.Output, ".jsonl") + ".parquet"
	all(t, lines)
	all(t, &table)
	for _, r := range []*corpus.Run{lines, &table} {
		skipped := int64(0)
		r.Watch = func(e corpus.Event) { skipped += e.Skipped }
		if all(t, r); skipped != r.Input.Size() {
			t.Errorf("%s is made again", r.Output)
		}
		if _, dead := results(t, r); strings.Count(dead, "\n") != 1 {
			t.Errorf("dead letters of %s are %q", r.Output, dead)
		}
	}
}

// TestBusy: two processes do not write one output at the same time; a lock that a
// killed one has left is no lock.
func TestBusy(t *testing.T) {
	r := onDisk(t, newRun(t, 1, write(t, "in.jsonl", texts(10, ""))))
	unlock, err := corpus.Folder{}.Lock(r.Output)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.All(t.Context())
	_, merge := corpus.Merge(t.Context(), r.Store, r.Output)
	for _, err := range []error{err, merge} {
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s: another process (process %d on ", r.Output, os.Getpid())) {
			t.Errorf("error %v", err)
		}
	}
	unlock()
	if err := os.WriteFile(r.Output+".lock", []byte("process 1 on \x1b[2J since yesterday"), 0o600); err != nil {
		t.Fatal(err)
	}
	all(t, r)
	if left, _ := filepath.Glob(r.Output + ".lock"); len(left) > 0 {
		t.Error("the lock is left")
	}
	if err := os.WriteFile(r.Output+".lock", []byte("my notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := r.All(t.Context()); err == nil || !strings.Contains(err.Error(), ".lock: is there and no lock") {
		t.Errorf("with notes in its place: error %v", err)
	}
	if got := content(t, r.Store, r.Output+".lock"); got != "my notes" {
		t.Errorf("the notes are %q now", got)
	}
}

// TestSwept: what a killed process has left is removed by the next one; what somebody
// is writing, or has other names, is not.
func TestSwept(t *testing.T) {
	r := onDisk(t, newRun(t, 2, write(t, "in.jsonl", texts(10, ""))))
	parts := r.Output + ".parts"
	if err := os.MkdirAll(parts, 0o700); err != nil {
		t.Fatal(err)
	}
	touch := func(names ...string) {
		for _, name := range names {
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	const text = ".ABCDEFGHIJKLMNOPQRSTUVWXY2.tmp"
	part := filepath.Join(parts, "00001-of-00002.jsonl") + text
	other := filepath.Join(parts, "00000-of-00002.manifest.json") + text
	output, dead, notes := r.Output+text, corpus.DeadLetters(r.Output)+text, r.Output+".notes.tmp"
	touch(part, other, output, dead, notes)
	written, err := r.Store.Create(t.Context(), r.Output+".parts/00001-of-00002.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer written.Abort()
	gone := func(want bool, names ...string) {
		t.Helper()
		for _, name := range names {
			if _, err := os.Stat(name); (err != nil) != want {
				t.Errorf("%s: gone %v, want %v", name, err != nil, want)
			}
		}
	}
	if _, err := r.Shard(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	gone(true, part)
	gone(false, other, output, dead, notes)
	all(t, r)
	gone(true, other, output, dead)
	gone(false, notes)
	if err := written.Commit(); err != nil {
		t.Errorf("what somebody was writing: %v", err)
	}
}

// TestCanceledIsNotDead: a document that was given up is no dead letter, and when a
// run has ended nothing of it goes on.
func TestCanceledIsNotDead(t *testing.T) {
	file := write(t, "in.jsonl", texts(40, ""))
	for _, who := range []string{"the run", "a document"} {
		r := onDisk(t, newRun(t, 1, file))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var begun, ended atomic.Int64
		r.Documents = 4
		r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
			begun.Add(1)
			defer ended.Add(1)
			switch {
			case d.ID == "d9" && who == "the run":
				cancel()
			case d.ID == "d9":
				return nil, fmt.Errorf("given up: %w", context.Canceled)
			case d.ID > "d9" || len(d.ID) > 2:
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return explainLetters(ctx, d)
		}
		if _, err := r.All(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s was canceled: error %v", who, err)
		}
		if b, e := begun.Load(), ended.Load(); b != e || b >= 40 {
			t.Errorf("%s was canceled: %d documents begun, %d ended", who, b, e)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(r.Output), "*", "*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}
