package corpus

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// mostWindow bounds how far back a compressed stream may reach, and so what a
// hostile one makes us hold.
const mostWindow = 128 << 20

// packed is the content of a compressed file, read from its beginning. What a
// place in the content is in the file depends on the pieces that it is read in,
// which are the same for all who read it through a splitter.
type packed struct {
	io.Reader // of the content
	section   *io.SectionReader
	buffer    *bufio.Reader // of section
	from, to  mark          // the piece that was read last
}

// A mark is a place in the content, and how much of the file was read for it.
type mark struct{ content, file int64 }

// decompress returns the content of a file. Both formats' readers, zstd's with one
// thread, take no byte of the buffer before they need it.
func decompress(file File, compression string) (p *packed, err error) {
	section := io.NewSectionReader(file, 0, file.Size())
	p = &packed{section: section, buffer: bufio.NewReaderSize(section, 1<<18)}
	if compression == ".gz" {
		p.Reader, err = gzip.NewReader(p.buffer)
	} else {
		p.Reader, err = zstd.NewReader(p.buffer, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow), zstd.WithDecoderLowmem(true))
	}
	return p, err
}

// Read reads the next piece of the content.
func (p *packed) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	read, _ := p.section.Seek(0, io.SeekCurrent) // never fails
	p.from, p.to = p.to, mark{p.to.content + int64(n), read - int64(p.buffer.Buffered())}
	return n, err
}

// place returns the place in the file of one in the last piece of the content:
// as far into what was read for the piece.
func (p *packed) place(content int64) int64 {
	share := (p.to.file - p.from.file) * (content - p.from.content) / max(p.to.content-p.from.content, 1)
	return min(p.from.file+share, p.section.Size()-1)
}
