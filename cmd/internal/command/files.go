package command

import (
	"bufio"
	"bytes"
	"context"
	"io"

	"github.com/whence-xai/whence/cmd/internal/flags"
)

// fileReader reads a file that is needed in parts and more than once.
func fileReader(ctx context.Context, name string, most int64) (*bytes.Reader, error) {
	b, err := flags.ReadFile(ctx, name, most)
	return bytes.NewReader(b), err
}

// withoutMark reads what r has, but for a byte-order mark before it.
func withoutMark(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if begin, _ := b.Peek(3); string(begin) == "\ufeff" {
		_, _ = b.Discard(len(begin)) // they are there
	}
	return b
}
