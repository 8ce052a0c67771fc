package flags

import (
	"context"
	"io"
	"os"

	"github.com/whence-xai/whence/cmd/internal/terminal"
)

// MaxText bounds a text that is read, in bytes. No model reads a hundredth of it.
const MaxText = 16 << 20

// ReadFile reads a file that the command line names, of so many bytes at most, for
// some files have no end. It gives up when ctx does: the file may be a pipe that
// nobody has opened to write, or where nothing comes.
func ReadFile(ctx context.Context, name string, most int64) ([]byte, error) {
	return content(ctx, name, func() (io.ReadCloser, error) { return os.Open(name) }, most)
}

// ReadAll reads r, which messages call by that name, as [ReadFile] reads a file.
func ReadAll(ctx context.Context, r io.Reader, name string, most int64) ([]byte, error) {
	return content(ctx, name, func() (io.ReadCloser, error) { return io.NopCloser(r), nil }, most)
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

// content opens and reads in one goroutine, whose result nobody takes where ctx was
// done before: the channel has room for it, so that the goroutine ends all the
// same.
func content(ctx context.Context, name string, open func() (io.ReadCloser, error), most int64) ([]byte, error) {
	var b []byte
	done := make(chan error, 1)
	go func() {
		f, err := open()
		if err != nil {
			done <- terminal.Usage("%w", err)
			return
		}
		defer f.Close()
		// One byte more than allowed tells a file that is too long from one that
		// just fits.
		if b, err = io.ReadAll(io.LimitReader(f, most+1)); err != nil {
			err = terminal.Usage("%s: %w", name, terminal.Reason(err))
		}
		done <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err == nil && int64(len(b)) > most {
			err = terminal.Usage("%s: more than %d MiB", name, most>>20)
		}
		if err != nil {
			return nil, err
		}
		return b, nil
	}
}
