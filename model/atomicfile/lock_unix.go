//go:build unix

package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// TryLock locks a file until it is closed, unless somebody else has locked it. The
// error is [errors.ErrUnsupported] where the file system has no locks.
func TryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK), errors.Is(err, unix.EACCES), errors.Is(err, unix.EINTR):
		return false, nil
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.ENOLCK):
		return false, errors.ErrUnsupported
	}
	return err == nil, err
}

// rename gives a file its name and closes it: it is locked until it is no
// temporary file any more, so that nobody sweeps it up.
func rename(f *os.File, name string) error {
	return errors.Join(os.Rename(f.Name(), name), f.Close())
}
