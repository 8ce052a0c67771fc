package atomicfile

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// mostBase bounds how much of a file's name its temporary file has, so that this is
// no longer than the 255 bytes that systems allow.
const mostBase = 200

// stem returns what the temporary files of a file begin with.
func stem(name string) string {
	base := filepath.Base(name)
	if len(base) > mostBase {
		base = strings.ToValidUTF8(base[:mostBase], "")
	}
	return base + "."
}

// ending is what a temporary file has behind the stem: a random text.
var ending = regexp.MustCompile(`^[A-Z2-7]{26}\.tmp$`)

// temporary makes the temporary file of a file, locked where the system can.
func temporary(name string) (*os.File, error) {
	for {
		path := filepath.Join(filepath.Dir(name), stem(name)+rand.Text()+".tmp")
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // as the umask will have it
		if err != nil {
			return nil, err
		}
		locked, err := TryLock(f)
		if errors.Is(err, errors.ErrUnsupported) {
			return f, nil // nobody sweeps where nobody can lock
		}
		if locked && there(f) {
			return f, nil
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, errors.Join(err, discard(path))
		}
		// Somebody swept between the file and its lock.
	}
}

// there reports whether a file is still under its name.
func there(f *os.File) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(mine, named)
}

// Sweep removes what processes that are no more left of writing a file. What it
// cannot remove stays, and does no harm.
func Sweep(name string) {
	name, direct, err := resolve(name)
	if err != nil || direct {
		return
	}
	entries, _ := os.ReadDir(filepath.Dir(name))
	for _, e := range entries {
		if end, ok := strings.CutPrefix(e.Name(), stem(name)); ok && ending.MatchString(end) && e.Type().IsRegular() {
			removeDead(filepath.Join(filepath.Dir(name), e.Name()))
		}
	}
}

// removeDead removes a temporary file whose writer is no more.
func removeDead(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	locked, err := TryLock(f)
	if err != nil || !locked {
		_ = f.Close()
		return
	}
	if err := os.Remove(path); err == nil {
		_ = f.Close()
		return
	}
	_ = errors.Join(f.Close(), os.Remove(path)) // Windows removes no file that is open
}
