package corpus

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/whence-xai/whence/model/atomicfile"
)

// A lockingStore is a [Store] whose files are written by one process at a time. In an
// object store every write is conditional, and nobody needs to keep others away.
type lockingStore interface {
	// Lock keeps other processes from writing an output, until it is unlocked or
	// this process has ended.
	Lock(name string) (unlock func(), err error)
	// Sweep removes what processes that were killed have left of the files that
	// match a pattern.
	Sweep(pattern string) error
}

// lock locks an output where its store can.
func lock(s Store, name string) (unlock func(), err error) {
	if k, ok := s.(lockingStore); ok {
		return k.Lock(name)
	}
	return func() {}, nil
}

// sweep removes what is left of files where the store can tell.
func sweep(s Store, pattern string) error {
	if k, ok := s.(lockingStore); ok {
		return k.Sweep(pattern)
	}
	return nil
}

// Lock locks an output by a file beside it, which says who has it.
func (Folder) Lock(name string) (unlock func(), err error) {
	path := name + ".lock"
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil { //nolint:gosec // as the user's umask says
		return nil, err
	}
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666) //nolint:gosec // as the user's umask says
		if err != nil {
			return nil, err
		}
		locked, err := atomicfile.TryLock(f)
		switch {
		case errors.Is(err, errors.ErrUnsupported): // here, nobody can be kept away
		case err != nil:
			return nil, errors.Join(err, f.Close())
		case !locked:
			return nil, errors.Join(busy(name, f), f.Close())
		// Between opening and locking it: a lock on a file without a name keeps
		// nobody away.
		case !stands(f): // whoever had it has just removed it
			_ = f.Close()
			continue
		}
		// A user's own file of that name is not written over.
		if left, err := io.ReadAll(io.LimitReader(f, 8)); err != nil || len(left) > 0 && !strings.HasPrefix(string(left), "process ") {
			return nil, errors.Join(fmt.Errorf("%s: is there and no lock: move it away, or name another output", path), err, f.Close())
		}
		host, _ := os.Hostname() // for people, as all of this
		_ = f.Truncate(0)
		_, _ = f.WriteAt(fmt.Appendf(nil, "process %d on %s since %s", os.Getpid(), host, time.Now().Format(time.RFC3339)), 0)
		return func() { _ = remove(f) }, nil
	}
}

// owner is what a lock says of who has it.
var owner = regexp.MustCompile(`^process \d+ on [\w.-]+ since [\w:+-]+$`)

// busy returns the error for an output whose lock somebody else has.
func busy(name string, f *os.File) error {
	who := "another process"
	if told, _ := io.ReadAll(io.LimitReader(f, 200)); owner.Match(told) { // Windows does not let it be read
		who += " (" + string(told) + ")"
	}
	return fmt.Errorf("%s: %s is writing it: wait for it, or name another output", name, who)
}

// Sweep removes temporary files whose writers are no more.
func (Folder) Sweep(pattern string) error {
	const end = len(".ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp") // of a temporary file's name
	names, err := filepath.Glob(pattern + ".tmp")
	for _, name := range names { // which are few
		if len(name) > end {
			atomicfile.Sweep(name[:len(name)-end])
		}
	}
	return err
}

// stands reports whether an open file is still the one of its name.
func stands(f *os.File) bool {
	is, err := f.Stat()
	there, missing := os.Stat(f.Name())
	return err == nil && missing == nil && os.SameFile(is, there)
}

// remove removes a file that is open, and closes it. Windows removes it only then.
func remove(f *os.File) error {
	err := os.Remove(f.Name())
	if closed := f.Close(); err == nil || closed != nil {
		return closed
	}
	return os.Remove(f.Name())
}
