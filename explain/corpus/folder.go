package corpus

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("not a regular file")}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return localFile{f, info.Size()}, nil
}

// Create begins a file under a name of its own beside the one that it will get;
// folders that are missing are made.
func (Folder) Create(_ context.Context, name string) (Pending, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil { //nolint:gosec // as the user's umask says
		return nil, err
	}
	temporary := name + "." + rand.Text() + ".tmp"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // as the user's umask says
	if err != nil {
		return nil, err
	}
	return &localPending{Writer: bufio.NewWriterSize(f, 1<<16), file: f, name: name}, nil
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

type localPending struct {
	*bufio.Writer
	file *os.File
	name string
	done bool
}

func (p *localPending) Commit() error {
	err := errors.Join(p.Flush(), p.file.Sync(), p.file.Close())
	if err == nil {
		err = os.Rename(p.file.Name(), p.name)
	}
	p.done = err == nil
	if err != nil {
		return errors.Join(err, os.Remove(p.file.Name()))
	}
	return nil
}

func (p *localPending) Abort() {
	if !p.done {
		_ = errors.Join(p.file.Close(), os.Remove(p.file.Name()))
	}
}
