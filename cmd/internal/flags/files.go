package flags

import (
	"context"
	"io"
	"os"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// ReadFile reads a file that the command line names, of so many bytes at most, for
// some files have no end. It gives up when ctx does: the file may be a pipe that
// nobody has opened to write, or where nothing comes.
func ReadFile(ctx context.Context, name string, most int64) ([]byte, error) {
	f, err := OpenFile(ctx, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadAll(ctx, f, name, most)
}

// ReadAll reads r, which messages call by that name, as [ReadFile] reads a file.
func ReadAll(ctx context.Context, r io.Reader, name string, most int64) ([]byte, error) {
	var b []byte
	done := make(chan error, 1) // with room, so that the goroutine ends where ctx was done before
	go func() {
		var err error
		// One byte more than allowed tells a file that is too long from one that
		// just fits.
		b, err = io.ReadAll(io.LimitReader(r, most+1))
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		switch {
		case ctx.Err() != nil: // the file may have been closed for that
			return nil, ctx.Err()
		case err != nil:
			return nil, terminal.Usage("%s: %w", name, terminal.Reason(err))
		case int64(len(b)) > most && most < 1<<20:
			return nil, terminal.Usage("%s: more than %d bytes", name, most)
		case int64(len(b)) > most:
			return nil, terminal.Usage("%s: more than %d MiB", name, most>>20)
		}
		return b, nil
	}
}

// OpenFile opens a file of any size that the command line names. Opening it and
// reading it give up when ctx does.
func OpenFile(ctx context.Context, name string) (io.ReadCloser, error) {
	var f *os.File
	done := make(chan error, 1)
	// Opening a pipe blocks until somebody writes to it, and no deadline can be set
	// before. The goroutine and its file stay until that happens or the process
	// ends.
	go func() {
		var err error
		f, err = os.Open(name)
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err != nil {
			return nil, terminal.Usage("%w", err)
		}
		// A read that waits returns when its file is closed.
		context.AfterFunc(ctx, func() { f.Close() })
		return f, nil
	}
}
