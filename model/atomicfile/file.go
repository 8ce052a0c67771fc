package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A File is being written. A device, a pipe or a descriptor of this process is
// written to as it is, since nothing can take its place.
type File struct {
	*bufio.Writer
	file *os.File
	name string // that the file will get; "" where it has it
	done bool
}

// Create begins a file. Where name is a link, what the link names is replaced; where
// a file is there, the new one has its permissions.
func Create(name string) (*File, error) {
	name, direct, err := resolve(name)
	if err != nil {
		return nil, err
	}
	if direct {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return nil, err
		}
		return &File{Writer: bufio.NewWriter(f), file: f}, nil
	}
	f, err := temporary(name)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(name); err == nil && info.Mode().Perm() != 0 {
		if err := f.Chmod(info.Mode().Perm()); err != nil {
			return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}
	const buffer = 1 << 16
	return &File{Writer: bufio.NewWriterSize(f, buffer), file: f, name: name}, nil
}

// Commit gives the file its name, when all of it is on the disk.
func (f *File) Commit() error {
	err := f.Flush()
	if f.name == "" {
		f.done = true
		return errors.Join(err, f.file.Close())
	}
	if err == nil {
		err = onDisk(f.file)
	}
	if err == nil {
		err = rename(f.file, f.name)
	} else {
		err = errors.Join(err, f.file.Close())
	}
	f.done = true
	if err != nil {
		return errors.Join(err, discard(f.file.Name()))
	}
	if dir, err := os.Open(filepath.Dir(f.name)); err == nil {
		_ = errors.Join(dir.Sync(), dir.Close()) // not all systems can, and the file is there
	}
	return nil
}

// Abort throws the file away. After Commit it does nothing.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.done = true
	_ = f.file.Close()
	if f.name != "" {
		_ = discard(f.file.Name())
	}
}

// Write writes a file by a function, after it has swept up what was left of earlier
// attempts. If the function fails, what stood there before stays.
func Write(name string, write func(io.Writer) error) error {
	Sweep(name)
	f, err := Create(name)
	if err != nil {
		return err
	}
	defer f.Abort()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}

// onDisk waits until a file is on the disk, where the file system can tell.
func onDisk(f *os.File) error {
	err := f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}

// discard removes a file that somebody else may have removed.
func discard(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// mostLinks is how many links are followed, as systems do.
const mostLinks = 40

// resolve returns what a name stands for, behind all links, and whether it is to be
// written to as it is.
func resolve(name string) (path string, direct bool, err error) {
	path = name
	for range mostLinks {
		if descriptor(path) {
			return path, true, nil
		}
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, false, nil
		case err != nil:
			return "", false, err
		case info.IsDir():
			return "", false, &fs.PathError{Op: "write", Path: name, Err: syscall.EISDIR}
		case info.Mode()&fs.ModeSymlink == 0:
			return path, !info.Mode().IsRegular(), nil
		}
		target, err := os.Readlink(path)
		if err != nil {
			return "", false, err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", false, &fs.PathError{Op: "write", Path: name, Err: errors.New("too many links")}
}

// descriptor reports whether a path is a file that a process has open, as
// /dev/stdout is.
func descriptor(path string) bool {
	dir := filepath.ToSlash(filepath.Dir(path))
	of, err := filepath.Match("/proc/*/fd", dir)
	return dir == "/dev/fd" || of && err == nil
}
