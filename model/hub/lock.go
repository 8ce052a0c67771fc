package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/whence-xai/whence/model/atomicfile"
)

// lock takes the lock that huggingface_hub takes before it makes a blob, as soon
// as whoever has it lets go. On file systems that do not lock, two processes may
// load a file at once and spoil it for one another, which its hash will tell.
// The place is that of huggingface_hub's filelock: Python's processes wait for this one,
// and it for them.
func (c cached) lock(ctx context.Context, hash string) (unlock func(), err error) {
	path := filepath.Join(c.cache, ".locks", c.name.folder(), hash+".lock")
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil { //nolint:gosec // as the umask will have it
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o664) //nolint:gosec // those who share a cache wait for one another
	if err != nil {
		return nil, err
	}
	for {
		locked, err := atomicfile.TryLock(f)
		if errors.Is(err, errors.ErrUnsupported) {
			locked, err = true, nil // it is nobody's
		}
		if err != nil {
			_ = f.Close()
			return nil, err
		}
		if locked {
			return func() { _ = f.Close() }, nil // closing lets go
		}
		select {
		case <-ctx.Done():
			_ = f.Close()
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}
