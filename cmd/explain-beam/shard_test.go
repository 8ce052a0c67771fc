package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// TestMain makes the test binary stand in for explain: it notes how it is called in
// the folder that its second argument names, dies at the first try of shard 1 and
// every try of shard 2, and finds fault with what it is told of shard 3.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 || os.Args[1] != "corpus" {
		beam.Init()
		os.Exit(m.Run())
	}
	shard := os.Args[len(os.Args)-1]
	calls, _ := filepath.Glob(filepath.Join(os.Args[2], shard+"-*"))
	name := filepath.Join(os.Args[2], fmt.Sprint(shard, "-", len(calls)))
	if err := os.WriteFile(name, []byte(strings.Join(os.Args[3:], " ")), 0o600); err != nil {
		panic(err)
	}
	switch {
	case shard == "1" && len(calls) == 0, shard == "2":
		os.Exit(1)
	case shard == "3":
		os.Exit(2)
	}
}

// TestPipeline: every shard is done, one that fails is tried again a few times,
// one whose call is wrong is not, and neither ends the job.
func TestPipeline(t *testing.T) {
	dir := t.TempDir()
	fn := &shardFn{Program: os.Args[0], Args: []string{"corpus", dir, "in.tsv", "--output", "out.jsonl"}, Shards: 6}
	if err := local(t.Context(), pipeline(fn)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, e := range entries {
		calls = append(calls, e.Name())
	}
	if want := []string{"0-0", "1-0", "1-1", "2-0", "2-1", "2-2", "3-0", "4-0", "5-0"}; !slices.Equal(calls, want) {
		t.Errorf("calls, shard by shard: %v, want %v", calls, want)
	}
	call, err := os.ReadFile(filepath.Join(dir, "5-0"))
	if want := "in.tsv --output out.jsonl --shards 6 --shard 5"; err != nil || string(call) != want {
		t.Errorf("called with %q (%v), want %q", call, err, want)
	}
}
