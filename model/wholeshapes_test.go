package model

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// numbered are the names of classes that have none.
var numbered = []string{"LABEL_0", "LABEL_1", "LABEL_2"}

// vocabularies returns the files of tokenizers that the tests of package tokenizer
// are made with.
func vocabularies(t testing.TB) map[string]string {
	t.Helper()
	f, err := os.Open("tokenizer/testdata/old.files.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestShapesOfRepositories: folders as old repositories have them, pickled weights
// beside the vocabularies of before tokenizer.json, read texts and give logits as
// transformers does. testdata/golden_shapes.py made them.
func TestShapesOfRepositories(t *testing.T) {
	var shapes map[string]struct {
		Files map[string]string
		Cases []goldenCase
	}
	readGolden(t, "shapes/expected.json", &shapes)
	if len(shapes) < 6 {
		t.Fatalf("%d shapes", len(shapes))
	}
	files := vocabularies(t)
	labels := map[string][]string{"bert-double": {"1", "2", "3"}, "bart-merges-bin": numbered, "gpt2-merges-bin": numbered}
	warned := map[string]string{"bart-merges-bin": "no part of the model (2): model.encoder.version, loss_fct.weight"}
	for name, shape := range shapes {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/shapes", name))); err != nil {
			t.Fatal(err)
		}
		for to, from := range shape.Files {
			data := []byte(files[from])
			if strings.HasSuffix(from, ".model") {
				var err error
				if data, err = base64.StdEncoding.DecodeString(files[from]); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, to), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m := load(t, dir, Options{})
		want := labels[name]
		if want == nil {
			want = []string{"neg", "neu", "pos"}
		}
		if len(shape.Cases) == 0 || !slices.Equal(m.Labels(), want) {
			t.Errorf("%s: %d cases, labels %q, want %q", name, len(shape.Cases), m.Labels(), want)
		}
		for _, c := range shape.Cases {
			encoded, err := m.Tokenizer().Encode(*c.Text)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(encoded.IDs, c.IDs) {
				t.Errorf("%s: %q is %d, want %d", name, *c.Text, encoded.IDs, c.IDs)
			}
			compareRows(t, name, logits(t, m, c.sequence()), c.Logits, tinyTolerance)
		}
		if told := strings.Join(m.Warnings(), "\n"); !strings.Contains(told, warned[name]) || warned[name] == "" && told != "" || strings.Contains(told, "\n") {
			t.Errorf("%s: warnings %q, want %q", name, told, warned[name])
		}
	}
}
