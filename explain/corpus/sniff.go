package corpus

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

const (
	sniffAhead    = 16 << 10  // bytes of a compressed file that are read at a time for it
	sniffed       = 256 << 10 // bytes of a table that its separator is told from
	sniffedQuotes = 4 << 20   // and whether its values are quoted
)

// sniff tells of the beginning of a file of text how it is written: in which
// encoding, with which line ends and, of a table, with which separator and whether
// with quotes.
func (s *source) sniff(file File, fields Fields) error {
	sample, err := s.beginning(file)
	if err != nil {
		return err
	}
	if s.wide, err = encodingOf(sample); err != nil {
		return err
	}
	if s.wide != nil {
		if sample, err = s.beginning(file); err != nil {
			return err
		}
	}
	returns := endsWithReturn(sample, s.format != jsonl)
	if s.format == jsonl {
		s.dialect = dialect{returns: returns}
		return nil
	}
	s.dialect = dialectOf(sample, s.format, returns, fields)
	// A shorter sample is the whole file, and has been judged.
	if s.dialect.separator != '\t' || len(sample) < sniffed {
		return nil
	}
	r, _, err := s.content(file, sniffAhead)
	if err != nil {
		return err
	}
	if s.dialect.quotes, err = quotedTabs(r, returns); errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return err
	}
	return nil // another comes again
}

// beginning returns the beginning of the text of a file. An error of reading it
// comes again.
func (s *source) beginning(file File) ([]byte, error) {
	r, _, err := s.content(file, sniffAhead)
	if err != nil {
		return nil, err
	}
	most := sniffed
	if s.format == jsonl {
		most = sniffAhead
	}
	sample := make([]byte, most)
	n, _ := io.ReadFull(r, sample)
	return sample[:n], nil
}

// endsWithReturn reports whether the first row of a text that has something in it
// ends with "\r" alone.
func endsWithReturn(sample []byte, quotes bool) bool {
	d, q, seen := dialect{separator: ',', quotes: quotes}, fieldStart, false
	sample = bytes.TrimPrefix(sample, []byte("\ufeff"))
	for i, b := range sample {
		switch {
		case q != inQuotes && b == '\r' && seen:
			return i+1 == len(sample) || sample[i+1] != '\n'
		case q != inQuotes && b == '\n' && seen:
			return false
		// The separator is not known yet; whichever it is, a quote behind it opens
		// a value.
		case b == ';', b == '\t', b == '|':
			b = ','
		}
		q = d.step(q, b)
		if seen = seen || b != ' ' && b != '\r' && b != '\n'; !seen {
			q = fieldStart
		}
	}
	return false
}

// encodingOf tells UTF-16, nil for UTF-8, by the first bytes of a text.
func encodingOf(mark []byte) (binary.ByteOrder, error) {
	has := func(prefix string) bool { return bytes.HasPrefix(mark, []byte(prefix)) }
	switch {
	// Before UTF-16: the mark of UTF-32 in little endian begins with that of
	// UTF-16.
	case has("\xff\xfe\x00\x00"), has("\x00\x00\xfe\xff"):
		return nil, errors.New("is UTF-32: save it as UTF-8")
	case has("\xff\xfe"):
		return binary.LittleEndian, nil
	case has("\xfe\xff"):
		return binary.BigEndian, nil
	case bytes.IndexByte(mark, 0) >= 0:
		return nil, errors.New("is no text, or UTF-16 without a byte-order mark: save it as UTF-8")
	}
	return nil, nil
}

// dialectOf tells the separator of a table by its beginning: the one of its format
// where that gives a header of several names with all the fields; else one of
// comma, semicolon, tab and bar that does and by which nine rows of ten have as
// many values as the header.
func dialectOf(sample []byte, f format, returns bool, fields Fields) dialect {
	quotes, _ := quotedTabs(bytes.NewReader(sample), returns) // which can be read
	tabs := dialect{'\t', quotes, returns}
	all := []dialect{{',', true, returns}, {';', true, returns}, tabs, {'|', true, returns}}
	own := all[0]
	if f == tsvTable {
		own = tabs
	}
	mine := newOutline(sample, own)
	if len(mine.header) > 1 && mine.has(fields) {
		return own
	}
	var regular []dialect
	for _, d := range all {
		o := newOutline(sample, d)
		switch {
		case d == own, len(o.header) < 2, o.odd*10 > o.rows:
		case o.has(fields):
			return d
		case o.rows > 0:
			regular = append(regular, d)
		}
	}
	if len(mine.header) < 2 && len(regular) > 0 {
		return regular[0] // so that an error tells its fields
	}
	return own
}

// An outline is what a dialect makes of the beginning of a table.
type outline struct {
	header    []string
	rows, odd int // without the header; those of another number of values
}

// newOutline takes a row that cannot be read for an odd one: under the wrong
// dialect there are many.
func newOutline(sample []byte, d dialect) *outline {
	s, o := newSplitter(bytes.NewReader(sample), 0, d), &outline{}
	s.skipMark()
	for {
		row, err := s.next()
		switch {
		case errors.Is(err, io.EOF), len(sample) == sniffed && s.at == sniffed: // the last may be cut
			return o
		case blank(row, d):
		case o.header == nil:
			o.header = d.split(row)
		default:
			if o.rows++; err != nil || len(d.split(row)) != len(o.header) {
				o.odd++
			}
		}
	}
}

func (o *outline) has(fields Fields) bool {
	for _, name := range fields.names() {
		if !slices.Contains(o.header, name) {
			return false
		}
	}
	return true
}

// quotedTabs reports whether quotes in a table with tabs enclose values, as pandas
// and spreadsheets write them, or stand for themselves, as in the data sets of
// GLUE. They enclose values if there are any and every one in the beginning of the
// table opens a value, ends it, or is one of two within. A row whose every line
// has as many values as the header is no one row. An error of reading ends the
// beginning.
func quotedTabs(r io.Reader, returns bool) (bool, error) {
	d := dialect{'\t', true, returns}
	s, columns, found := newSplitter(io.LimitReader(r, sniffedQuotes), 0, d), 0, false
	s.skipMark()
	for {
		row, err := s.next()
		switch {
		case errors.Is(err, io.EOF), s.at >= sniffedQuotes:
			return found, nil
		case err != nil && !isBadRow(err):
			return found, err
		case err != nil && s.scan.fault() != nil, !d.tidy(row):
			return false, nil
		}
		if columns == 0 {
			columns = len(d.split(row))
		}
		if columns > 1 && s.scan.spans() && eachLine(row, columns) {
			return false, nil
		}
		found = found || bytes.IndexByte(row, '"') >= 0
	}
}

// tidy reports whether every quote of a row opens a value, ends it, or is one of
// two within. Blanks may stand behind the one that ends it.
func (d dialect) tidy(row []byte) bool {
	q, ended := fieldStart, false
	for _, b := range row {
		before := q
		switch q = d.step(q, b); {
		case q == fieldStart:
			ended = false
		case q != inField:
		case before == afterQuote && b == ' ':
			ended = true
		case before == afterQuote, ended && b != ' ', b == '"':
			return false
		}
	}
	return true
}

// eachLine reports whether each line of a row has so many values that are set
// apart by tabs.
func eachLine(row []byte, values int) bool {
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(row))
	for line := range strings.Lines(lines) {
		if strings.Count(line, "\t") != values-1 {
			return false
		}
	}
	return true
}
