package gguf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A reader takes a header apart from front to back. The first error sticks: then
// every method returns a zero value.
type reader struct {
	data []byte
	at   int
	err  error
}

var errEnd = errors.New("the file ends within it: it is not whole")

// take returns the next n bytes.
// It is a view, whose capacity ends with it, so that nobody appends into the file.
func (r *reader) take(n uint64) []byte {
	if r.err == nil && n > uint64(len(r.data)-r.at) {
		r.err = errEnd
	}
	if r.err != nil {
		return nil
	}
	b := r.data[r.at:][:n:n]
	r.at += int(n)
	return b
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// text returns the bytes of a text that has no more than longest, 0 meaning as
// many as there are.
func (r *reader) text(longest uint64) []byte {
	n := r.uint64()
	if longest > 0 && n > longest && r.err == nil {
		r.err = fmt.Errorf("a name of %d bytes; it may have %d", n, longest)
	}
	return r.take(n)
}
