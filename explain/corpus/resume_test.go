package corpus_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
)

// TestMain makes the test binary a process to be killed: called as
// "$0 explain IN OUT" it explains a corpus slowly and says so row by row.
func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == "explain" {
		if err := explainSlowly(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func explainSlowly(file, output string) error {
	in, err := corpus.Open(context.Background(), corpus.Folder{}, []string{file}, fields, 0)
	if err != nil {
		return err
	}
	r := killable(in, output)
	r.Watch = func(corpus.Event) { fmt.Println("row") }
	_, err = r.All(context.Background())
	return err
}

func killable(in *corpus.Input, output string) *corpus.Run {
	return &corpus.Run{
		Input: in, Store: corpus.Folder{}, Output: output, Shards: 10, Documents: 3,
		Settings: map[string]string{"method": "letters"}, Explain: explainLetters,
	}
}

// TestKilled: a process that is killed, wherever that hits it, is followed by one
// that makes what an undisturbed one makes, and what was done is not done again.
func TestKilled(t *testing.T) {
	file := write(t, "in.jsonl", texts(100, ""))
	whole := newRun(t, 1, file)
	all(t, whole)
	wantRows, wantDead := results(t, whole)
	output := filepath.Join(t.TempDir(), "out.jsonl")
	for _, after := range []int{1, 17, 40, 60} {
		c := exec.Command(os.Args[0], "explain", file, output)
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range after {
			lines.Scan()
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		c.Wait()
	}
	in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{file}, fields, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := killable(in, output)
	explained := atomic.Int64{}
	r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
		explained.Add(1)
		return explainLetters(ctx, d)
	}
	all(t, r)
	if rows, dead := results(t, r); rows != wantRows || dead != wantDead {
		t.Error("resumed runs made other bytes than an undisturbed one")
	}
	if n := explained.Load(); n > 90 {
		t.Errorf("%d of 100 documents were explained again", n)
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(output), "*"))
	if want := []string{output, corpus.DeadLetters(output), corpus.ManifestOf(output)}; len(left) != len(want) {
		t.Errorf("left behind: %v", left)
	}
}

// A frail store fails, once and for all, at one of its operations.
type frail struct {
	corpus.Folder
	left atomic.Int64
}

var errFrail = errors.New("no space left")

func (f *frail) Create(ctx context.Context, name string) (corpus.Pending, error) {
	if f.left.Add(-1) < 0 {
		return nil, errFrail
	}
	p, err := f.Folder.Create(ctx, name)
	return &frailPending{p, f}, err
}

type frailPending struct {
	corpus.Pending
	store *frail
}

func (p *frailPending) Write(b []byte) (int, error) {
	if p.store.left.Add(-1) < 0 {
		return 0, errFrail
	}
	return p.Pending.Write(b)
}

func (p *frailPending) Commit() error {
	if p.store.left.Add(-1) < 0 {
		return errFrail
	}
	return p.Pending.Commit()
}

// TestFailuresAnywhere: whatever operation fails, the error is told, no file is
// left half written, and the next run ends as if nothing had been.
func TestFailuresAnywhere(t *testing.T) {
	file := write(t, "in.csv", texts(12, ".csv"))
	whole := newRun(t, 1, file)
	all(t, whole)
	wantRows, wantDead := results(t, whole)
	failures := 0
	for at := int64(0); ; at++ {
		r, store := onDisk(t, newRun(t, 2, file)), &frail{}
		store.left.Store(at)
		r.Store = store
		_, err := r.All(t.Context())
		if err == nil {
			break
		}
		failures++
		if !errors.Is(err, errFrail) {
			t.Fatalf("operation %d: %v", at, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(r.Output), "*", "*.tmp")); len(left) > 0 {
			t.Fatalf("operation %d: left behind %v", at, left)
		}
		store.left.Store(1 << 40)
		all(t, r)
		if rows, dead := results(t, r); rows != wantRows || dead != wantDead {
			t.Fatalf("operation %d: other bytes after it had failed", at)
		}
	}
	if failures < 20 {
		t.Errorf("only %d operations could fail", failures)
	}
}

// TestDoneIsNotDoneAgain: nothing is explained a second time unless the
// documents, the settings or the output have changed.
func TestDoneIsNotDoneAgain(t *testing.T) {
	documents := texts(30, "")
	file := write(t, "in.jsonl", documents)
	r := onDisk(t, newRun(t, 3, file))
	explained := 0
	r.Documents = 1
	r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
		explained++
		return explainLetters(ctx, d)
	}
	runs := func(what string, want int) {
		t.Helper()
		explained = 0
		all(t, r)
		if explained != want {
			t.Errorf("%s: %d documents were explained, want %d", what, explained, want)
		}
	}
	runs("nothing there", 30)
	runs("all there", 0)
	r.Settings = map[string]string{"method": "other"}
	runs("other settings", 30)
	if err := os.WriteFile(r.Output, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	runs("an output that was changed", 30)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), "text number 29", "text number 92", 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	runs("a document that was changed", 30)
}

// TestOtherShards: parts that a run with another number of shards has left are in
// nobody's way, and left to it.
func TestOtherShards(t *testing.T) {
	r := newRun(t, 3, write(t, "in.jsonl", texts(20, "")))
	if _, err := r.Shard(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	r.Shards = 4
	if m := all(t, r); m.Rows != 20 {
		t.Errorf("%d rows of 20", m.Rows)
	}
	left, err := r.Store.List(t.Context(), "dir/out.jsonl.parts/*")
	for _, name := range left {
		if !strings.Contains(name, "00001-of-00003.") {
			t.Errorf("%s is left", name)
		}
	}
	if err != nil || len(left) != 3 {
		t.Errorf("of the other run are left %v (%v)", left, err)
	}
}

// TestInterrupted: a run that is canceled says so and leaves nothing half done.
func TestInterrupted(t *testing.T) {
	r := onDisk(t, newRun(t, 1, write(t, "in.jsonl", texts(100, ""))))
	ctx, cancel := context.WithCancel(t.Context())
	r.Explain = func(ctx context.Context, d corpus.Document) (*explain.Explanation, error) {
		if d.ID == "d50" {
			cancel()
		}
		return explainLetters(ctx, d)
	}
	if _, err := r.All(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(r.Output), "*", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
