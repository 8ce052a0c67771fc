package bucket

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/whence-xai/whence/explain/corpus"
)

// Create begins an object. It is gathered in a temporary file and sent when it is
// committed. The write is conditional: it fails if another object has come under
// the name since Create, unless that holds the same bytes, as the work of somebody
// who does the same shard does.
func (s *Store) Create(ctx context.Context, name string) (corpus.Pending, error) {
	if !IsURL(name) {
		return s.folder.Create(ctx, local(name))
	}
	p, err := s.place(name)
	if err != nil {
		return nil, err
	}
	before, err := p.stat(ctx, p.bucket, p.key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, of(name, err)
	}
	file, err := os.CreateTemp("", "explain-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name()) // so that a kill leaves nothing; Windows does it in Abort
	return &pending{
		Writer: bufio.NewWriter(file), file: file, name: name,
		reopen: func() (corpus.File, error) { return s.Open(ctx, name) },
		send: func(size int64) error {
			return of(name, p.write(ctx, p.bucket, p.key, before.version, file, size))
		},
	}, nil
}

// A pending object is in a temporary file.
type pending struct {
	*bufio.Writer
	file   *os.File
	name   string
	send   func(size int64) error
	reopen func() (corpus.File, error)
}

// Commit sends the object.
func (p *pending) Commit() error {
	defer p.Abort()
	if err := p.Flush(); err != nil {
		return err
	}
	size, err := p.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	// Only where the condition failed is there something to compare; any other
	// error is the caller's.
	if err := p.send(size); !errors.Is(err, errChanged) {
		return err
	}
	same, err := p.same(size)
	if err == nil && !same {
		err = fmt.Errorf("%s: somebody else has written something else there", p.name)
	}
	return err
}

// same reports whether the object that is there holds what was to be written.
func (p *pending) same(size int64) (bool, error) {
	there, err := p.reopen()
	if err != nil {
		return false, err
	}
	defer there.Close()
	if there.Size() != size {
		return false, nil
	}
	// Sizes are the same, so a block at a time is enough, and neither is held
	// whole.
	a, b := make([]byte, 1<<16), make([]byte, 1<<16)
	for at := int64(0); at < size; at += int64(len(a)) {
		n := min(size-at, int64(len(a)))
		if _, err := p.file.ReadAt(a[:n], at); err != nil {
			return false, err
		}
		if _, err := there.ReadAt(b[:n], at); err != nil {
			return false, err
		}
		if !bytes.Equal(a[:n], b[:n]) {
			return false, nil
		}
	}
	return true, nil
}

// Abort throws the temporary file away.
func (p *pending) Abort() {
	_ = errors.Join(p.file.Close(), os.Remove(p.file.Name()))
}
