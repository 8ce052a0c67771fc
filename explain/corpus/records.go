package corpus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mostRow bounds a row of text, in bytes.
const mostRow = 4 << 20

// A badRow tells why a row cannot be read; those behind it can.
type badRow struct{ reason string }

func (e *badRow) Error() string { return e.reason }

// isBadRow reports whether an error is of one row alone.
func isBadRow(err error) bool {
	var bad *badRow
	return errors.As(err, &bad)
}

// A splitter splits a stream of text in rows. A row ends with a line, but within
// quotes, where there are any, it goes on.
type splitter struct {
	r    *bufio.Reader
	at   int64 // offset of the next row
	line int64 // number of its line, from 1 on, where the stream was read from its beginning
	scan scan
	most int // bytes of a row
	row  []byte
}

// newSplitter returns the rows of a stream that begins at a place of the file.
func newSplitter(r io.Reader, at int64, d dialect) *splitter {
	return &splitter{r: bufio.NewReaderSize(r, 1<<18), at: at, line: 1, scan: scan{dialect: d}, most: mostRow}
}

// skipMark goes behind a byte-order mark.
func (s *splitter) skipMark() {
	if mark, _ := s.r.Peek(3); string(mark) == "\ufeff" { // an error comes again
		_, _ = s.r.Discard(3)
		s.at += 3
	}
}

// next returns the next row, without its line end, or [io.EOF]. The row is
// overwritten by the next call. Of a row that cannot be read, which a badRow
// tells, it returns the beginning.
func (s *splitter) next() ([]byte, error) {
	s.row = s.row[:0]
	s.scan.begin(s.line)
	for n := 0; ; {
		_, err := s.r.Peek(1)
		switch {
		// The last line may lack its end.
		case errors.Is(err, io.EOF) && n > 0:
			return s.whole(n)
		case err != nil:
			return nil, err
		}
		piece, _ := s.r.Peek(s.r.Buffered())
		length, ended := s.scan.end(piece)
		// A row that is too long is read to its end, and no more of it kept than
		// tells that.
		if room := s.most + 1 - len(s.row); room > 0 {
			s.row = append(s.row, piece[:min(room, length)]...)
		}
		n += s.discard(length)
		if !ended {
			continue
		}
		if next, _ := s.r.Peek(1); s.scan.returns && string(next) == "\n" {
			s.discard(1)
		}
		if n <= s.most {
			s.row = bytes.TrimSuffix(s.row[:n-1], []byte("\r"))
		}
		return s.whole(n)
	}
}

func (s *splitter) discard(n int) int {
	_, _ = s.r.Discard(n) // of what is in the buffer
	s.at += int64(n)
	return n
}

// whole returns the row that was read, of so many bytes.
func (s *splitter) whole(n int) ([]byte, error) {
	s.line = s.scan.line + 1
	if err := s.scan.fault(); err != nil {
		return s.row, err
	}
	if n > s.most {
		return s.row, &badRow{fmt.Sprintf("the row is longer than %d MiB", s.most>>20)}
	}
	return s.row, nil
}
