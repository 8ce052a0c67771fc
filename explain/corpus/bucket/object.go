package bucket

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/whence-xai/whence/explain/corpus"
)

// Open opens an object for reading, as it is now: where it is replaced, reads fail.
func (s *Store) Open(ctx context.Context, name string) (corpus.File, error) {
	if !IsURL(name) {
		return s.folder.Open(ctx, local(name))
	}
	p, err := s.place(name)
	if err != nil {
		return nil, err
	}
	is, err := p.stat(ctx, p.bucket, p.key)
	if err != nil {
		return nil, of(name, err)
	}
	return &object{size: is.size, read: func(b []byte, from int64) error {
		return of(name, p.read(ctx, p.bucket, p.key, is.version, b, from))
	}}, nil
}

// An object is open. It keeps what it has asked for last.
// mu guards have and at, and is held while a request is under way.
type object struct {
	size int64
	read func(b []byte, from int64) error

	mu   sync.Mutex
	have []byte
	at   int64 // where in the object what it has begins
}

// Size returns how long the object is, in bytes.
func (o *object) Size() int64 { return o.size }

// Close lets go of what it has.
func (o *object) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.have = nil
	return nil
}

// ReadAt reads from a byte on.
func (o *object) ReadAt(b []byte, from int64) (n int, err error) {
	if from < 0 {
		return 0, errors.New("bucket: a read from before the beginning")
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(b) {
		at := from + int64(n)
		if at >= o.size {
			return n, io.EOF
		}
		if at < o.at || at >= o.at+int64(len(o.have)) {
			if err := o.ask(at, len(b)-n); err != nil {
				return n, err
			}
		}
		n += copy(b[n:], o.have[at-o.at:])
	}
	return n, nil
}

// How much is asked for at a time, though less is wanted, in bytes.
const (
	leastAtATime = 64 << 10
	mostAtATime  = 4 << 20
)

// ask asks for what is wanted from a byte on. Where that goes on from what there
// is, it asks for twice as much as the last time: whoever reads on and on in small
// pieces asks seldom.
func (o *object) ask(at int64, want int) error {
	size := max(want, leastAtATime)
	if at == o.at+int64(len(o.have)) {
		size = max(size, min(2*len(o.have), mostAtATime))
	}
	o.have, o.at = make([]byte, min(int64(size), o.size-at)), at
	err := o.read(o.have, at)
	if err != nil {
		o.have = nil
	}
	return err
}
