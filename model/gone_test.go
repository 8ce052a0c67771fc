//go:build unix

package model

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/internal/architecture"
)

// TestCutShort: a file of weights that is cut short before they are read is an
// error of loading.
func TestCutShort(t *testing.T) {
	dir := folder(t, tinyFiles(t))
	files, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Weights.Close()
	if err := os.Truncate(filepath.Join(dir, "model.safetensors"), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := loadModel(files, architecture.SequenceClasses, Options{}); err == nil || !strings.Contains(err.Error(), "was cut short") {
		t.Errorf("%v", err)
	}
}

// TestCutShortRunning: a file of weights that is cut short while the model runs is an
// error of what it is asked next, whatever the type of its numbers and the threads.
func TestCutShortRunning(t *testing.T) {
	for dtype, threads := range map[string]int{"F32": 1, "F16": 2, "BF16": 3} {
		c, cut := cuttable(t, filepath.Join("testdata/bert-tiny", dtype), Options{Threads: threads}, NewClassifier)
		batch := make([]Sequence, 50)
		for i := range batch {
			batch[i] = Sequence{IDs: []int32{2, int32(5 + i%13), int32(6 + i%11), 3}}
		}
		logits := make([]float32, len(batch)*len(c.Labels()))
		if err := c.Logits(t.Context(), logits, batch); err != nil {
			t.Fatal(err)
		}
		cut()
		for range 2 {
			if err := c.Logits(t.Context(), logits, batch); err == nil || !strings.Contains(err.Error(), "was cut short") {
				t.Errorf("%s: %v", dtype, err)
			}
		}
	}
	g, cut := cuttable(t, "pretrained/stories", Options{Threads: 2}, NewGenerator)
	cut()
	for _, err := range g.Stream(t.Context(), []int32{1, 2, 3}, Decoding{}) {
		if err == nil || !strings.Contains(err.Error(), "was cut short") {
			t.Errorf("%v", err)
		}
	}
}

// cuttable opens a copy of a model, and returns what cuts its weights short.
func cuttable[M any](t *testing.T, dir string, o Options, make func(Checkpoint, Options) (*M, error)) (*M, func()) {
	t.Helper()
	home := filepath.Join(t.TempDir(), "model")
	if err := os.CopyFS(home, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	m, err := opened(home, o, make)
	if err != nil {
		t.Fatal(err)
	}
	return m, func() {
		if err := os.Truncate(filepath.Join(home, "model.safetensors"), 100); err != nil {
			t.Fatal(err)
		}
	}
}
