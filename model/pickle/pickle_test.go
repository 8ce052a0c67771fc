package pickle

import (
	"bytes"
	"path/filepath"
	"runtime"
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

// TestNotCopied: numbers that are stored as they are read are not copied.
func TestNotCopied(t *testing.T) {
	const floats = 1 << 20
	numbers := make([]byte, 4*floats)
	pickle := strings.NewReplacer("K\x06tQ", "J\x00\x00\x10\x00tQ").Replace(named(tensorOf("K\x00", "J\x00\x00\x10\x00\x85", "K\x01\x85")))
	file := archived(t, record{"data.pkl", pickle}, record{"data/0", string(numbers)})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := OpenBytes(file)
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if x, _ := f.Tensor("x"); x.Len() != floats {
		t.Errorf("%d numbers, want %d", x.Len(), floats)
	}
	if made := after.TotalAlloc - before.TotalAlloc; made > floats {
		t.Errorf("opening took %d bytes, want less than a copy", made)
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
