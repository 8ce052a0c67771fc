package checkpoint

import (
	"os"
	"path"
	"path/filepath"
)

// A foreignError says what there is in a folder instead of weights that are read, and
// what to do. All else that the folder lacks is of no matter then.
type foreignError string

func (e foreignError) Error() string { return string(e) }

// filesIn returns the files of folder dir, as far as they tell what it holds.
func filesIn(dir string) []string {
	var names []string
	for _, folder := range []string{".", "onnx"} {
		entries, _ := os.ReadDir(filepath.Join(dir, folder)) // what cannot be read tells nothing
		for _, e := range entries {
			names = append(names, path.Join(folder, e.Name()))
		}
	}
	return names
}
