package corpus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mostRow bounds a row of text, in bytes.
const mostRow = 16 << 20

var errLongRow = fmt.Errorf("the row is longer than %d MiB", mostRow>>20)

// A splitter splits a stream of text in rows.
type splitter struct {
	r      *bufio.Reader
	at     int64 // offset of the next row
	quotes bool  // line ends within quotes do not end a row, as in CSV
	most   int   // bytes of a row
	row    []byte
}

func newSplitter(r io.Reader, at int64, quotes bool) *splitter {
	return &splitter{r: bufio.NewReaderSize(r, 1<<18), at: at, quotes: quotes, most: mostRow}
}

// next returns the next row, without its line end, or [io.EOF]. The row is
// overwritten by the next call. Of a row that is too long it returns the
// beginning with errLongRow.
func (s *splitter) next() ([]byte, error) {
	s.row = s.row[:0]
	scan := rowScan{start: true}
	for n := 0; ; {
		piece, err := s.r.ReadSlice('\n')
		n += len(piece)
		s.at += int64(len(piece))
		if room := s.most + 1 - len(s.row); room > 0 {
			s.row = append(s.row, piece[:min(room, len(piece))]...)
		}
		open := s.quotes && scan.open(piece)
		switch {
		case errors.Is(err, bufio.ErrBufferFull), err == nil && open:
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case err != nil && n == 0:
			return nil, io.EOF
		}
		row := bytes.TrimSuffix(bytes.TrimSuffix(s.row, []byte("\n")), []byte("\r"))
		if n > s.most {
			return row, errLongRow
		}
		return row, nil
	}
}

// A rowScan follows the quotes of a row of CSV as [encoding/csv] reads them: a
// quote opens a field only at its beginning, and closes it only at its end.
type rowScan struct {
	start  bool // of a field
	inside bool // of quotes
	quote  bool // inside, and the last byte was a quote that may close the field
}

// open reads on and reports whether the row goes on after piece.
func (s *rowScan) open(piece []byte) bool {
	for _, b := range piece {
		switch {
		case s.inside && s.quote && b == '\r': // of a line end, perhaps
		case s.inside && s.quote && (b == ',' || b == '\n'):
			s.inside, s.quote, s.start = false, false, true
		case s.inside:
			s.quote = b == '"' && !s.quote
		case s.start && b == '"':
			s.inside, s.start = true, false
		default:
			s.start = b == ','
		}
	}
	return s.inside
}
