package pickle

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tensor"
)

// goldens are the files that testdata/golden_pickle.py made.
func goldens(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.bin")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	return files
}

// TestGolden: every tensor is what torch reads.
func TestGolden(t *testing.T) {
	for _, path := range goldens(t) {
		got, err := Open(path)
		if err != nil {
			t.Error(err)
			continue
		}
		defer got.Close()
		want, err := safetensors.Open(strings.TrimSuffix(path, ".bin") + ".safetensors")
		if err != nil {
			t.Fatal(err)
		}
		defer want.Close()
		compare(t, path, got, want)
	}
}

func compare(t *testing.T, path string, got, want *tensor.File) {
	t.Helper()
	if a, b := slices.Sorted(slices.Values(got.Names())), slices.Sorted(slices.Values(want.Names())); !slices.Equal(a, b) {
		t.Errorf("%s: tensors %q, want %q", path, a, b)
	}
	for _, name := range want.Names() {
		a, _ := got.Tensor(name)
		b, _ := want.Tensor(name)
		if a.DType != b.DType || !slices.Equal(a.Shape, b.Shape) || !bytes.Equal(a.Data, b.Data) {
			t.Errorf("%s: %s is %s %d %x, want %s %d %x", path, name, a.DType, a.Shape, a.Data, b.DType, b.Shape, b.Data)
		}
	}
}
