package corpus

import (
	"bytes"
	"fmt"
)

// A dialect is how a file of text separates its values. The zero dialect has none:
// a row is a line.
type dialect struct {
	separator byte
	quotes    bool // a value may stand in quotes, and then hold separators, line ends, and quotes that are doubled
	returns   bool // a line ends with "\r", and not with "\n" or "\r\n"
}

// A place in a row, as CPython's csv and pandas read it.
type quoting uint8

const (
	fieldStart quoting = iota // a quote opens
	inField                   // a quote is a character like others
	inQuotes
	afterQuote // in quotes, of which it is the end, or half of a quote that is doubled
)

// step returns the place behind a byte.
func (d dialect) step(q quoting, b byte) quoting {
	switch {
	case q == inQuotes && b == '"':
		return afterQuote
	case q == inQuotes, q == afterQuote && b == '"', q == fieldStart && b == '"' && d.quotes:
		return inQuotes
	case b == d.separator && d.separator != 0:
		return fieldStart
	}
	return inField
}

// split splits a row into its values. What stands between a closing quote and the
// separator belongs to the value.
func (d dialect) split(row []byte) []string {
	var values []string
	var value []byte
	q := fieldStart
	for _, b := range row {
		before := q
		q = d.step(q, b)
		switch {
		case q == fieldStart:
			values, value = append(values, string(value)), value[:0]
		case q == afterQuote, before == fieldStart && q == inQuotes:
		default:
			value = append(value, b)
		}
	}
	return append(values, string(value))
}

// A scan follows a row to its end.
type scan struct {
	dialect
	at     quoting
	first  int64 // line of the row
	line   int64 // that is being read
	opened int64 // the line of the last quote that opened
	closed int64 // the line of the last quote that closed a value of several lines, or 0
	stray  int64 // the line of a quote like that with more text behind it, or 0
	from   int64 // the line of the quote that it closes
}

// begin makes the scan ready for a row.
func (s *scan) begin(line int64) { *s = scan{dialect: s.dialect, first: line, line: line} }

// lineEnd returns the byte that a line ends with.
func (d dialect) lineEnd() byte {
	if d.returns {
		return '\r'
	}
	return '\n'
}

// end returns how much of a piece belongs to the row, and whether the row ends
// there, with a line end.
func (s *scan) end(piece []byte) (int, bool) {
	if !s.quotes {
		if i := bytes.IndexByte(piece, s.lineEnd()); i >= 0 {
			return i + 1, true
		}
		return len(piece), false
	}
	lineEnd := s.lineEnd()
	for i, b := range piece {
		if b == lineEnd {
			if s.at != inQuotes {
				return i + 1, true
			}
			s.line++
			continue
		}
		before := s.at
		switch s.at = s.step(s.at, b); {
		case before == fieldStart && s.at == inQuotes:
			s.opened = s.line
		case s.at == afterQuote && s.opened < s.line:
			s.closed = s.line
		case s.at == fieldStart, s.at == inQuotes:
			s.closed = 0
		// Text behind a quote that closed a value of several lines: most likely the
		// quote was a mark of the text, and the "value" has swallowed the rows
		// between.
		case s.at == inField && s.closed > 0 && s.stray == 0 && b != ' ' && b != '\t' && b != '\r':
			s.stray, s.from = s.closed, s.opened
		}
	}
	return len(piece), false
}

// spans reports whether the row has several lines.
func (s *scan) spans() bool { return s.line > s.first }

// fault returns what is wrong with the quotes of the row that was read: what they
// enclose may be several rows.
func (s *scan) fault() error {
	switch {
	case s.at == inQuotes:
		return &badRow{fmt.Sprintf("the quote that opens a value on line %d is never closed: all from there on is one row", s.opened)}
	case s.stray > 0:
		return &badRow{fmt.Sprintf("the quote that opens a value on line %d meets the next one on line %d, within a value: one of them is to be doubled", s.from, s.stray)}
	}
	return nil
}
