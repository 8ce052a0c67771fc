//go:build unix

package tensor_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/whence-xai/whence/model/safetensors"
	"github.com/whence-xai/whence/model/tensor"
)

// TestCutShort: a file that is cut short while it is open is an error, not the end
// of the process.
func TestCutShort(t *testing.T) {
	const header = `{"a": {"dtype": "F32", "shape": [65536], "data_offsets": [0, 262144]}}`
	path := filepath.Join(t.TempDir(), "model.safetensors")
	whole := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	if err := os.WriteFile(path, append(whole, make([]byte, 262144)...), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, _ := f.Tensor("a")
	read := func() { _, err = a.Float32s(nil) }
	if gone := tensor.Guarded(read); gone != nil || err != nil || f.SHA256() == "" {
		t.Fatal(gone, err)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if gone := tensor.Guarded(read); gone == nil || !strings.Contains(gone.Error(), "was cut short") {
		t.Errorf("%v", gone)
	}
	if sum := f.SHA256(); sum != "" {
		t.Errorf("a hash of what is gone: %s", sum)
	}
	defer func() {
		if recover() != "mine" {
			t.Error("a panic of the reader's own was lost")
		}
	}()
	_ = tensor.Guarded(func() { panic("mine") })
}
