package corpus

import (
	"context"
	"io"
)

// A Store keeps files by name: a file system, or the buckets of an object store.
// It is safe for concurrent use.
type Store interface {
	// Open opens a file for reading. The error is fs.ErrNotExist where there is
	// none of that name.
	Open(ctx context.Context, name string) (File, error)
	// Create begins a file.
	Create(ctx context.Context, name string) (Pending, error)
	// List returns the names of the files that match a pattern of [path.Match],
	// in ascending order.
	List(ctx context.Context, pattern string) ([]string, error)
	// Remove removes a file, if it is there.
	Remove(ctx context.Context, name string) error
}

// A File is open for reading.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64 // in bytes, when the file was opened
}

// A Pending file is being written. It is seen under its name, whole, from the
// time that Commit has returned, and never before; what stood there is replaced.
type Pending interface {
	io.Writer
	// Commit gives the file its name.
	Commit() error
	// Abort throws the file away. After Commit it does nothing.
	Abort()
}
