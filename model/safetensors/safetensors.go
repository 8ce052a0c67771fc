// Package safetensors reads tensors from safetensors files, one file or a
// checkpoint in several with its index, without copying them: where the
// platform can, a file is mapped and a [Tensor] is a view of it.
//
// A file is taken to be hostile until its header has been checked whole: every
// tensor has a known type, a shape whose bytes are exactly its range, and the
// ranges cover the data without gap or overlap. After that no access can fail, but
// where somebody cuts a mapped file short meanwhile: see [Guarded].
//
// The format is described at https://github.com/huggingface/safetensors.
package safetensors

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A File is an opened checkpoint. It is safe for concurrent use.
//
// The data of its tensors may be mapped memory: it is valid while the File is
// reachable and not closed. Code that keeps a [Tensor] keeps the File as well.
type File struct {
	tensors map[string]Tensor
	names   []string // in the order of their data
	files   [][]byte
	mapped  bool // files are, where the platform can
	release func() error
	cleanup runtime.Cleanup
}

// Open opens the checkpoint at path: a safetensors file, the index of one in
// several files (its name ends in ".index.json"), or a folder that holds
// "model.safetensors" or "model.safetensors.index.json".
func Open(path string) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	if info.IsDir() {
		if path, err = inFolder(path); err != nil {
			return nil, err
		}
	}
	var f *File
	if strings.HasSuffix(path, ".index.json") {
		f, err = openIndex(path)
	} else {
		f, err = openFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("safetensors: open %s: %w", path, err)
	}
	f.cleanup = runtime.AddCleanup(f, func(release func() error) { _ = release() }, f.release)
	return f, nil
}

// OpenBytes opens a checkpoint of one file that is already in memory. The
// tensors are views of data, which must not change.
func OpenBytes(data []byte) (*File, error) {
	f, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	return f, nil
}

// Close releases the file. The data of its tensors must not be used any more.
// A File that becomes unreachable is closed by itself.
func (f *File) Close() error {
	release := f.release
	f.tensors, f.names, f.files, f.release = nil, nil, nil, nil
	if release == nil {
		return nil
	}
	f.cleanup.Stop()
	return release()
}

// Forget tells that the data of the tensors will not be read soon. It is as
// valid as before, but memory that holds mapped data goes back to the system,
// which reads what is asked for from the file again.
func (f *File) Forget() {
	defer runtime.KeepAlive(f)
	for _, data := range f.files {
		if f.mapped {
			forget(data)
		}
	}
}

// Names returns the names of all tensors in the order of their data, file by
// file. The caller must not change it.
func (f *File) Names() []string { return f.names }

// Tensor returns the tensor called name and whether there is one.
func (f *File) Tensor(name string) (Tensor, bool) {
	t, ok := f.tensors[name]
	return t, ok
}

// InFolder returns the file that holds the weights of the checkpoint in folder dir.
func inFolder(dir string) (string, error) {
	candidates := []string{"model.safetensors", "model.safetensors.index.json"}
	for _, name := range candidates {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("safetensors: %s holds neither %s", dir, strings.Join(candidates, " nor "))
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

func openFile(path string) (*File, error) {
	data, release, err := load(path)
	if err != nil {
		return nil, err
	}
	var f *File
	if gone := Guarded(func() { f, err = parse(data) }); gone != nil {
		err = gone
	}
	if err != nil {
		return nil, errors.Join(err, release())
	}
	f.release, f.mapped = release, true
	return f, nil
}

// Merge joins the files of one checkpoint.
func merge(files []*File) (*File, error) {
	all := &File{tensors: make(map[string]Tensor), mapped: true}
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
