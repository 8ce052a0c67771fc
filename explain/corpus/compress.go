package corpus

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// mostWindow bounds how far back a compressed stream may reach, and so what a
// hostile one makes us hold.
const mostWindow = 128 << 20

// usualWindow is how far back files reach that were not compressed with "--long".
const usualWindow = 8 << 20

// packed is the content of a file that stands in it in another form, read from its beginning. What a
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
// thread, take no byte of the buffer, which is so large, before they need it.
func decompress(file File, compression string, window uint64, buffer int) (p *packed, err error) {
	section := io.NewSectionReader(file, 0, file.Size())
	p = &packed{section: section, buffer: bufio.NewReaderSize(section, buffer)}
	switch compression {
	case ".gz":
		p.Reader = &members{in: p.buffer}
	case ".zst":
		p.Reader, err = zstd.NewReader(p.buffer, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderLowmem(true))
	default:
		p.Reader = p.buffer
	}
	return p, err
}

// members are those of a gzip file, one behind the other. Zero bytes before and
// behind each are padding, as for gzip itself.
type members struct {
	in   *bufio.Reader
	gzip *gzip.Reader // of a member, or nil where none was read yet
	open bool
}

func (m *members) Read(b []byte) (int, error) {
	for {
		if !m.open {
			if err := m.next(); err != nil {
				return 0, err
			}
		}
		n, err := m.gzip.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		if m.open = false; n > 0 {
			return n, nil
		}
	}
}

// next begins the next member, or returns [io.EOF].
func (m *members) next() (err error) {
	for {
		b, err := m.in.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			_ = m.in.UnreadByte() // was just read
			break
		}
	}
	if m.gzip == nil {
		m.gzip, err = gzip.NewReader(m.in)
	} else {
		err = m.gzip.Reset(m.in)
	}
	if err != nil {
		return noEOF(err)
	}
	// Members are followed here, for the library takes padding between them for a
	// fault.
	m.gzip.Multistream(false)
	m.open = true
	return nil
}

// noEOF returns an error where more was to come.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
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
// It stays below the size of the file, so that the last rows are in the last shard.
func (p *packed) place(content int64) int64 {
	share := (p.to.file - p.from.file) * (content - p.from.content) / max(p.to.content-p.from.content, 1)
	return min(p.from.file+share, p.section.Size()-1)
}
