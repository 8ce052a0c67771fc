package corpus

import (
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// mostWindow bounds how far back a compressed stream may reach, and so what a
// hostile one makes us hold.
const mostWindow = 128 << 20

// decompress returns the content of a file from its beginning.
func decompress(file File, compression string) (io.ReadCloser, error) {
	r := io.NewSectionReader(file, 0, file.Size())
	switch compression {
	case ".gz":
		return gzip.NewReader(r)
	case ".zst":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}
