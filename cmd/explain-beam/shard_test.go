package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/command"
	"github.com/whence-xai/whence/explain/corpus"
)

func TestMain(m *testing.M) {
	begin()
	os.Exit(m.Run())
}

// TestPipeline: the parts of a pipeline, joined, have the bytes that explain writes.
// A shard that cannot be done is left out and ends nothing; done again, the job does
// that shard only.
func TestPipeline(t *testing.T) {
	dir := t.TempDir()
	input := filepath.Join(dir, "in.jsonl")
	var rows strings.Builder
	for i := range 12 {
		fmt.Fprintf(&rows, "{\"text\": \"film number %d was good\"}\n", i)
	}
	rows.WriteString("no document\n")
	if err := os.WriteFile(input, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(dir, "plain.jsonl")
	var said bytes.Buffer
	if status := command.Run(t.Context(), []string{"corpus", input, "--output", plain}, nil, &said, &said); status != 0 {
		t.Fatalf("explain corpus: exit %d: %s", status, &said)
	}

	output := filepath.Join(dir, "beam.jsonl")
	args := []string{input, "--output", output, "--shards", "4"}
	if _, err := open(append(args, "--shard", "1")); err == nil {
		t.Error("one shard is no run for Beam")
	}
	run, err := open(args)
	if err != nil {
		t.Fatal(err)
	}
	obstacle := filepath.Join(output+".parts", "00002-of-00004.jsonl")
	if err := os.MkdirAll(filepath.Join(obstacle, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	do := func() error {
		if err := local(t.Context(), pipeline(&shardFn{Args: args, Shards: run.Shards})); err != nil {
			t.Fatal(err)
		}
		_, err := corpus.Merge(t.Context(), run.Store, run.Output)
		return err
	}
	var missing *corpus.MissingPartsError
	if err := do(); !errors.As(err, &missing) || len(missing.Missing) != 1 || missing.Missing[0] != "2" {
		t.Fatalf("with a shard that cannot be done: %v", err)
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	explained := 0
	run.Watch = func(e corpus.Event) {
		if e.Skipped == 0 {
			explained += e.Explained + e.Dead
		}
	}
	if err := do(); err != nil {
		t.Fatal(err)
	}
	if explained < 1 || explained > 6 {
		t.Errorf("%d rows were explained for the shard that was left", explained)
	}
	for _, name := range [][2]string{{plain, output}, {corpus.DeadLetters(plain), corpus.DeadLetters(output)}} {
		want, err := os.ReadFile(name[0])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(name[1]); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s (%v):\n%s\nwant\n%s", name[1], err, got, want)
		}
	}
}
