package checkpoint

import (
	"path/filepath"

	"github.com/whence-xai/whence/model/internal/foreign"
)

// instead says what there is in folder dir instead of weights that are read, and
// what to do; "" where nothing is known.
func instead(dir string) string {
	for _, file := range weightFiles {
		if exists(dir, file.name) {
			return ""
		}
	}
	var names []string
	for _, pattern := range []string{"*", filepath.Join("onnx", "*")} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		for _, path := range found {
			if name, bad := filepath.Rel(dir, path); bad == nil && err == nil {
				names = append(names, filepath.ToSlash(name))
			}
		}
	}
	return foreign.Among(names)
}
