package model

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pickledFolder returns a folder of the tiny model with weights of
// testdata/golden_pickled.py.
func pickledFolder(t testing.TB, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/bert-tiny/pickled", name))); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"config.json", "tokenizer.json"} {
		data, err := os.ReadFile(filepath.Join(tinyDir, file))
		if err := errors.Join(err, os.WriteFile(filepath.Join(dir, file), data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestPickled: weights of torch.save are those of safetensors to the bit, and give
// what transformers computes with them.
func TestPickled(t *testing.T) {
	twin := load(t, tinyDir, Options{})
	var golden map[string][]goldenCase
	readGolden(t, "bert-tiny/pickled/logits.json", &golden)
	if len(golden) < 4 {
		t.Fatalf("%d folders", len(golden))
	}
	for name, cases := range golden {
		m := load(t, pickledFolder(t, name), Options{})
		for _, c := range cases {
			got := logits(t, m, c.sequence())
			sameBits(t, name, got, logits(t, twin, c.sequence()))
			compareRows(t, name, got, c.Logits, tinyTolerance)
		}
		if told := strings.Join(m.Warnings(), "\n"); name == "odd" != strings.Contains(told, "no part of the model (1): bert.embeddings.seen") || strings.Contains(told, "\n") {
			t.Errorf("%s: warnings %q", name, told)
		}
	}
}

// TestSafetensorsFirst: where both kinds of weights are there, the pickle is not
// even looked at.
func TestSafetensorsFirst(t *testing.T) {
	files := tinyFiles(t)
	files["pytorch_model.bin"] = []byte("no pickle")
	m := load(t, folder(t, files), Options{})
	if kind := m.m.files.Weights.Container(); kind != "safetensors" {
		t.Errorf("read from a %s", kind)
	}
}

// TestPickledAndSpoiled: a pickle that is none of weights is an error of one line
// that names the file and the place.
func TestPickledAndSpoiled(t *testing.T) {
	dir := pickledFolder(t, "legacy")
	path := filepath.Join(dir, "pytorch_model.bin")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := slices.Concat(whole[:15], []byte("\x80\x02cos\nsystem\nU\x02ls\x85R."), whole[15:])
	if err := os.WriteFile(path, spoiled, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = opened(dir, Options{}, NewClassifier)
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{path, "byte 17", "os.system"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
}
