package corpus

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A ClashError is a run that would replace or remove what it reads.
type ClashError struct {
	Input string // the file that is read
	Write string // the file that it would write, or the folder of its parts
}

// Error names both files.
func (e *ClashError) Error() string {
	if e.Input == e.Write {
		return fmt.Sprintf("corpus: %s is both read and written", e.Input)
	}
	return fmt.Sprintf("corpus: %s is read, and written as %s", e.Input, e.Write)
}

// clash returns the error that an input of the run is one of the files that it
// writes, however they are named, or lies in the folder of its parts.
func (r *Run) clash() error {
	n := outputNames(r.Output)
	for _, s := range r.Input.sources {
		for _, name := range []string{n.rows, n.deadLetters, n.manifest} {
			if same(r.Store, s.name, name) {
				return &ClashError{s.name, name}
			}
		}
		folder := r.Output + partsSuffix
		// Parts are removed when they are joined, and with them whatever has one of
		// their names.
		if strings.HasPrefix(s.name, folder+"/") || same(r.Store, filepath.Dir(s.name), folder) {
			return &ClashError{s.name, folder}
		}
	}
	return nil
}

// same reports whether two names of a store are of one file.
func same(store Store, a, b string) bool {
	if a == b {
		return true
	}
	s, ok := store.(interface{ Same(a, b string) bool })
	return ok && s.Same(a, b)
}

// Same reports whether two paths are of one file, behind links and however the file
// system spells names.
func (Folder) Same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
