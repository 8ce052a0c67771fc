package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	layout "github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// inflate decompresses a page that claims to be of a size, with the room of dst,
// and reserves no more than that.
// Compressors tell a size of their own, which a hostile page may set to anything:
// no such size is trusted, and what does not come to exactly size bytes is refused.
func inflate(dst []byte, codec layout.CompressionCodec, b []byte, size int) (out []byte, err error) {
	if cap(dst) < size {
		dst = make([]byte, size)
	}
	dst = dst[:size]
	var r io.Reader
	switch codec {
	case layout.Uncompressed:
		r = bytes.NewReader(b)
	case layout.Snappy:
		n := 0
		if n, err = snappy.DecodedLen(b); err == nil && n != size {
			err = errSize
		}
		if err == nil {
			_, err = snappy.Decode(dst, b)
		}
	case layout.Lz4Raw:
		n := 0
		if n, err = lz4.UncompressBlock(b, dst); err == nil && n != size {
			err = errSize
		}
	case layout.Gzip:
		r, err = gzip.NewReader(bytes.NewReader(b))
	case layout.Zstd:
		var z *zstd.Decoder
		z, err = zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostPage))
		if err == nil {
			defer z.Close()
		}
		r = z
	case layout.Brotli:
		r = brotli.NewReader(bytes.NewReader(b))
	default:
		return nil, fmt.Errorf("compressed with %v, which is not read: snappy, gzip, brotli, zstd and lz4_raw are", codec)
	}
	if err == nil && r != nil {
		err = fill(dst, r)
	}
	if err != nil {
		return nil, fmt.Errorf("a page that does not decompress: %w", err)
	}
	return dst, nil
}

var errSize = errors.New("it is not as long as it claims")

// fill reads all of r, of which there is to be as much as dst has room for.
func fill(dst []byte, r io.Reader) error {
	// ReadFull tells io.EOF where there was nothing at all, which is right for a
	// page of no bytes only.
	_, err := io.ReadFull(r, dst)
	if errors.Is(err, io.EOF) && len(dst) > 0 || errors.Is(err, io.ErrUnexpectedEOF) {
		return errSize
	}
	if err == nil {
		// A byte more shows that the page is longer than it claims, without reading
		// what a bomb would decompress to.
		var more [1]byte
		if n, _ := r.Read(more[:]); n > 0 {
			err = errSize
		}
	}
	return err
}
