package corpus

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"
)

const (
	mostPage       = 128 << 20 // bytes of a page of texts, decompressed: pyarrow puts 1024 of them in one, however long they are
	mostOtherPage  = 16 << 20  // of others
	mostPageValues = 16 << 20
	mostPageHeader = 64 << 10 // bytes
)

// plainPages presents the pages of a column in a row group as those of a file that
// is not compressed, one behind the other. What a page claims is looked at before
// anything is reserved for it.
// It keeps one page compressed and one decompressed, in memory that later pages use
// again: a column takes at most 2 · most bytes, however long it is.
type plainPages struct {
	column  *parquetNode
	codec   layout.CompressionCodec
	section *io.SectionReader // of the file
	in      *bufio.Reader     // of section
	rows    int64             // of the row group, that are in pages still to be presented
	skip    int64             // rows not to be presented; once a page was, those at its beginning
	began   bool              // a page of values was presented
	indexed bool              // there was a dictionary
	most    int32             // bytes of a page
	at      int64             // place in what is presented
	out     [][]byte          // the rest of the page that is being presented
	raw     []byte            // as the page stands in the file
	plain   []byte            // room for it decompressed
}

// newPlainPages returns the pages from the one with a row on.
func newPlainPages(f File, column *parquetNode, chunk *parquetChunk, rows, skip int64, most int32) (*plainPages, error) {
	begin := chunk.Data.V.begin()
	switch {
	case !chunk.Data.Valid:
		return nil, errors.New("its metadata is encrypted or missing")
	case chunk.File != "":
		return nil, errors.New("it is in another file")
	case begin < 4 || begin > f.Size():
		return nil, fmt.Errorf("damaged: begins at %d, in a file of %d bytes", begin, f.Size())
	}
	section := io.NewSectionReader(f, begin, f.Size()-begin)
	return &plainPages{
		column: column, codec: chunk.Data.V.Codec, section: section, in: bufio.NewReaderSize(section, mostPageHeader),
		rows: rows, skip: skip, most: most,
	}, nil
}

// ReadAt reads on: the place is the one that was read to. It may read less than is
// asked for.
func (p *plainPages) ReadAt(b []byte, at int64) (int, error) {
	// The library reads on and never back; were that to change, this tells rather
	// than hands out the wrong bytes.
	if at -= shadowPages; at != p.at {
		return 0, fmt.Errorf("pages are read at %d, where %d is next", at, p.at)
	}
	for len(p.out) == 0 || len(p.out[0]) == 0 {
		if len(p.out) > 0 {
			p.out = p.out[1:]
			continue
		}
		if p.rows == 0 {
			return 0, io.EOF
		}
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.out[0])
	p.out[0], p.at = p.out[0][n:], p.at+int64(n)
	return n, nil
}

// next reads a page. One that need not be presented is passed over.
// Rows and values are the same number here, since fields that repeat are refused.
func (p *plainPages) next() error {
	h, err := p.header()
	if err != nil {
		return err
	}
	values := int64(0)
	switch h.Type {
	case layout.DataPage:
		values = int64(h.DataPageHeader.V.NumValues)
	case layout.DataPageV2:
		values = int64(h.DataPageHeaderV2.V.NumValues)
	case layout.DictionaryPage:
	default:
		return p.pass(int64(h.CompressedPageSize))
	}
	// A page cannot have more values than there are rows left: what is beyond would
	// be of nobody.
	if values < 0 || values > p.rows || values > mostPageValues {
		return fmt.Errorf("a page of %d values, of a row group with %d rows left, where %d are read at most", values, p.rows, mostPageValues)
	}
	p.rows -= values
	if h.Type != layout.DictionaryPage && !p.began {
		if values <= p.skip {
			p.skip -= values
			return p.pass(int64(h.CompressedPageSize))
		}
		p.began = true
	}
	return p.present(h)
}

// header reads what stands before a page.
func (p *plainPages) header() (*layout.PageHeader, error) {
	b, err := p.in.Peek(mostPageHeader)
	if len(b) == 0 {
		return nil, noEOF(err)
	}
	n, err := measureThrift(b, mostPageHeader)
	if err != nil {
		return nil, fmt.Errorf("the header of a page: %w", err)
	}
	h := &layout.PageHeader{}
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, b[:n], h); err != nil {
		return nil, fmt.Errorf("the header of a page: %w", err)
	}
	if _, err := p.in.Discard(n); err != nil {
		return nil, err
	}
	// Both are claims of the file; below the bound, room for them is all that they
	// can cost.
	for _, size := range []int32{h.CompressedPageSize, h.UncompressedPageSize} {
		if size < 0 || size > p.most {
			return nil, fmt.Errorf("a page of %d bytes, where %d MiB are read at most: write it with smaller pages", size, p.most>>20)
		}
	}
	if int64(h.CompressedPageSize) > p.left() {
		return nil, fmt.Errorf("a page of %d bytes, where the file has %d more", h.CompressedPageSize, p.left())
	}
	return h, nil
}

// place returns the place in the section, left what it has behind that.
func (p *plainPages) place() int64 {
	at, _ := p.section.Seek(0, io.SeekCurrent) // never fails
	return at - int64(p.in.Buffered())
}

func (p *plainPages) left() int64 { return p.section.Size() - p.place() }

// pass goes behind so many bytes.
func (p *plainPages) pass(n int64) error {
	// What is in the buffer is passed over there; beyond it a seek reads nothing.
	if n <= int64(p.in.Buffered()) {
		_, err := p.in.Discard(int(n))
		return err
	}
	_, err := p.section.Seek(p.place()+n, io.SeekStart)
	p.in.Reset(p.section)
	return err
}

// present reads a page and makes it the one to be presented.
func (p *plainPages) present(h *layout.PageHeader) error {
	if cap(p.raw) < int(h.CompressedPageSize) {
		p.raw = make([]byte, h.CompressedPageSize)
	}
	b := p.raw[:h.CompressedPageSize]
	if _, err := io.ReadFull(p.in, b); err != nil {
		return noEOF(err)
	}
	// The checksum is optional, and 0 stands for none.
	if h.CRC != 0 && uint32(h.CRC) != crc32.ChecksumIEEE(b) {
		return errors.New("a page whose checksum is another")
	}
	var levels []byte // which are not compressed
	codec := p.codec
	if h.Type == layout.DataPageV2 {
		v2 := &h.DataPageHeaderV2.V
		n := int64(v2.DefinitionLevelsByteLength) + int64(v2.RepetitionLevelsByteLength)
		if v2.DefinitionLevelsByteLength < 0 || v2.RepetitionLevelsByteLength != 0 || n > int64(len(b)) || n > int64(h.UncompressedPageSize) {
			return errors.New("a page with levels that are longer than it")
		}
		levels, b = b[:n], b[n:]
		if v2.IsCompressed.Valid && !v2.IsCompressed.V {
			codec = layout.Uncompressed
		}
	}
	if codec != layout.Uncompressed || len(b) != int(h.UncompressedPageSize)-len(levels) {
		var err error
		if b, err = inflate(p.plain, codec, b, int(h.UncompressedPageSize)-len(levels)); err != nil {
			return err
		}
		p.plain = b
	}
	if err := p.check(h, levels, b); err != nil {
		return fmt.Errorf("a page: %w", err)
	}
	return p.put(h, levels, b)
}

// put makes a page the one to be presented.
func (p *plainPages) put(h *layout.PageHeader, levels, b []byte) error {
	plain := layout.PageHeader{Type: h.Type, UncompressedPageSize: int32(len(levels) + len(b)), CompressedPageSize: int32(len(levels) + len(b))}
	switch h.Type {
	case layout.DictionaryPage:
		plain.DictionaryPageHeader, p.indexed = h.DictionaryPageHeader, true
	case layout.DataPage:
		plain.DataPageHeader = h.DataPageHeader
		// Statistics may hold values of any length, and nobody asks for them.
		plain.DataPageHeader.V.Statistics = layout.Statistics{}
	default:
		plain.DataPageHeaderV2 = h.DataPageHeaderV2
		plain.DataPageHeaderV2.V.Statistics = layout.Statistics{}
		plain.DataPageHeaderV2.V.IsCompressed = thrift.Null[bool]{V: false, Valid: true}
	}
	head, err := thrift.Marshal(&thrift.CompactProtocol{}, &plain)
	p.out = [][]byte{head, levels, b}
	return err
}
