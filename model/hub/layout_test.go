package hub_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/whence-xai/whence/model/hub"
)

// TestLayout: the cache is what Python's huggingface_hub makes of the same model;
// testdata/interop.py made layout.txt, and shows that each side reads the other's.
func TestLayout(t *testing.T) {
	_, o := start(t, tinyFiles())
	if _, err := hub.Resolve(t.Context(), tiny, o); err != nil {
		t.Fatal(err)
	}
	var lines []string
	err := filepath.WalkDir(o.Cache, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		line, _ := filepath.Rel(o.Cache, path)
		if target, err := os.Readlink(path); err == nil {
			line += " -> " + target
		} else if info, err := entry.Info(); err == nil && entry.Name() != "CACHEDIR.TAG" {
			line += fmt.Sprint(" ", info.Size())
		}
		lines = append(lines, line+"\n")
		return nil
	})
	want, err2 := os.ReadFile("testdata/layout.txt")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	slices.Sort(lines)
	got := ""
	for _, line := range lines {
		got += line
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
