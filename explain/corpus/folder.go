package corpus

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/whence-xai/whence/model/atomicfile"
)

// Folder is the [Store] of the file system; names are paths.
type Folder struct{}

type localFile struct {
	*os.File
	size int64
}

func (f localFile) Size() int64 { return f.size }

// Open opens a file.
func (Folder) Open(_ context.Context, name string) (File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	// A file is read more than once and from many places, which a pipe cannot be.
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return localFile{f, info.Size()}, nil
}

// Create begins a file; folders that are missing are made.
func (Folder) Create(_ context.Context, name string) (Pending, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil { //nolint:gosec // as the user's umask says
		return nil, err
	}
	if filepath.Ext(filepath.Dir(name)) != partsSuffix { // with as many files as a corpus has shards
		atomicfile.Sweep(name)
	}
	return atomicfile.Create(name)
}

// List returns the files that match pattern.
func (Folder) List(_ context.Context, pattern string) ([]string, error) {
	return filepath.Glob(pattern)
}

// Remove removes a file, and its folder when it was the last one in a folder of parts.
func (Folder) Remove(_ context.Context, name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if dir := filepath.Dir(name); filepath.Ext(dir) == partsSuffix {
		_ = os.Remove(dir) // fails while something else is in it
	}
	return nil
}
