package tensor

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// A File is an opened checkpoint: the tensors of a file, or of several. It is safe
// for concurrent use.
//
// The data of its tensors may be mapped memory: it is valid while the File is
// reachable and not closed. Code that keeps a [Tensor] keeps the File as well.
// It owns the mapped memory: Close or the collector's cleanup unmaps it, once.
type File struct {
	container string
	tensors   map[string]Tensor
	names     []string // in the order of the files
	files     [][]byte
	mapped    bool // files are, where the platform can
	release   func() error
	cleanup   runtime.Cleanup
}

// A Container is a kind of file that holds tensors.
type Container struct {
	Name string // of the kind, which errors begin with
	// Parse returns the tensors of a file, whose data are views of it as far as
	// the file has them as they are. It takes the file to be hostile.
	Parse func(file []byte) ([]Tensor, error)
}

// Open opens the checkpoint at path: a file, or the index of several, whose name
// ends in ".index.json" and beside which they lie.
func (c Container) Open(path string) (*File, error) {
	open := c.openFile
	if strings.HasSuffix(path, ".index.json") {
		open = c.openIndex
	}
	f, err := open(path)
	if err != nil {
		// the path is told once, by the error around
		var from *os.PathError
		if errors.As(err, &from) && from.Path == path {
			err = from.Err
		}
		return nil, fmt.Errorf("%s: open %s: %w", c.Name, path, err)
	}
	// of what to release and not of f, which would keep it reachable
	f.cleanup = runtime.AddCleanup(f, func(release func() error) { _ = release() }, f.release)
	return f, nil
}

// OpenBytes opens a checkpoint of one file that is already in memory. The tensors
// are views of data, which must not change.
func (c Container) OpenBytes(data []byte) (*File, error) {
	f, err := c.read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Name, err)
	}
	return f, nil
}

// read makes a File of a file's bytes, which has nothing to release.
func (c Container) read(data []byte) (*File, error) {
	list, err := c.Parse(data)
	if err != nil {
		return nil, err
	}
	f := &File{
		container: c.Name,
		tensors:   make(map[string]Tensor, len(list)),
		names:     make([]string, 0, len(list)),
		files:     [][]byte{data},
		release:   func() error { return nil },
	}
	for _, t := range list {
		if _, twice := f.tensors[t.Name]; twice {
			return nil, fmt.Errorf("tensor %q is there twice", t.Name)
		}
		f.tensors[t.Name] = t
		f.names = append(f.names, t.Name)
	}
	return f, nil
}

// openFile maps a file and reads its header, and unmaps it if that is wrong.
func (c Container) openFile(path string) (*File, error) {
	data, release, err := load(path)
	if err != nil {
		return nil, err
	}
	var f *File
	// a file that is cut short meanwhile ends mapped reads with a fault
	if gone := Guarded(func() { f, err = c.read(data) }); gone != nil {
		err = gone
	}
	if err != nil {
		return nil, errors.Join(err, release())
	}
	f.release, f.mapped = release, true
	return f, nil
}

// Close releases the file. The data of its tensors must not be used any more.
// A File that becomes unreachable is closed by itself.
func (f *File) Close() error {
	release := f.release
	f.tensors, f.names, f.files, f.release = nil, nil, nil, nil
	// closed before
	if release == nil {
		return nil
	}
	f.cleanup.Stop()
	return release()
}

// Container returns the name of the kind of file.
func (f *File) Container() string { return f.container }

// Forget tells that the data of the tensors will not be read soon. It is as
// valid as before, but memory that holds mapped data goes back to the system,
// which reads what is asked for from the file again.
// Else a model is in memory twice while it is packed: as packed, and as pages of the file.
func (f *File) Forget() {
	defer runtime.KeepAlive(f)
	for _, data := range f.files {
		if f.mapped {
			forget(data)
		}
	}
}

// Names returns the names of all tensors, in the order of their data where the
// container has one, file by file. The caller must not change it.
func (f *File) Names() []string { return f.names }

// Tensor returns the tensor called name and whether there is one.
func (f *File) Tensor(name string) (Tensor, bool) {
	t, ok := f.tensors[name]
	return t, ok
}

// SHA256 returns the hash of the file in hexadecimal; of several files, in the
// order of their names, that of one after the other; "" where a file was cut short
// since.
func (f *File) SHA256() string {
	defer runtime.KeepAlive(f)
	h := sha256.New()
	for _, file := range f.files {
		if Guarded(func() { h.Write(file) }) != nil {
			return ""
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// merge joins the files of one checkpoint.
// Each File gives its release to the whole, and has no cleanup of its own.
func merge(files []*File) (*File, error) {
	all := &File{container: files[0].container, tensors: make(map[string]Tensor), mapped: true}
	for _, f := range files {
		for _, name := range f.names {
			if _, twice := all.tensors[name]; twice {
				return nil, fmt.Errorf("tensor %q is in two files", name)
			}
			all.tensors[name] = f.tensors[name]
		}
		all.names = append(all.names, f.names...)
		all.files = append(all.files, f.files...)
	}
	all.release = func() error { return release(files) }
	return all, nil
}

func release(files []*File) error {
	var errs []error
	for _, f := range slices.Backward(files) {
		errs = append(errs, f.release())
	}
	return errors.Join(errs...)
}
