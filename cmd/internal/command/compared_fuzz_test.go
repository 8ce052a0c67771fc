package command

import (
	"bytes"
	"io"
	"io/fs"
	"math"
	"os"
	"testing"

	"github.com/whence-xai/whence/cmd/internal/output"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

// FuzzCompared compares any two saved explanations, as diff and verify do: what can
// be read can be compared, and one is the same as itself.
func FuzzCompared(f *testing.F) {
	saved := os.DirFS("../../../explain/render/testdata/saved")
	names, err := fs.Glob(saved, "*.json")
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	var files [][]byte
	for _, name := range names {
		b, err := fs.ReadFile(saved, name)
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, b)
		f.Add(b, b)
		f.Add(files[0], b)
	}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		a, err := render.ReadJSON(bytes.NewReader(before))
		if err != nil {
			return
		}
		b, err := render.ReadJSON(bytes.NewReader(after))
		if err != nil {
			return
		}
		for _, pair := range [][2]*explain.Explanation{{a, b}, {b, a}, {a, a}} {
			v := verdict{saved: pair[0], again: pair[1], strict: true}
			v.compare()
			found := []*output.Finding{v.finding()}
			if d, err := newChanges(pair[0], pair[1]); err == nil {
				found = append(found, d.finding("a", "b"))
			}
			for _, f := range found {
				for _, format := range output.FindingFormats(false) {
					if err := (output.Output{Stdout: io.Discard, Format: format}).Finding(f); err != nil {
						t.Errorf("%s: %v", format, err)
					}
				}
			}
			if pair[0] == pair[1] && v.failed() {
				t.Errorf("an explanation differs from itself: %v, %d of %d", v.faults, v.unequal, v.numbers)
			}
			if math.IsNaN(v.largest) {
				t.Error("the largest difference is none")
			}
		}
	})
}
