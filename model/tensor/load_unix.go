//go:build unix

package tensor

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// load maps the file at path and returns its bytes and what unmaps them.
// Mapped pages are read when they are first touched and need no swap: a model of many
// gigabytes opens at once.
func load(path string) ([]byte, func() error, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	size := info.Size()
	if !info.Mode().IsRegular() || size == 0 || size > math.MaxInt {
		return nil, nil, fmt.Errorf("no file of weights: %s of %d bytes", info.Mode(), size)
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, fmt.Errorf("map: %w", err)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// forget gives back the memory that holds mapped data.
// MADV_DONTNEED of a private mapping that nobody wrote to drops pages only.
func forget(data []byte) { _ = unix.Madvise(data, unix.MADV_DONTNEED) }
