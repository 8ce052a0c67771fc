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
