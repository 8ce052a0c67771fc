package corpus

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
)

// mostRaw bounds what is kept of a row that is no document, in bytes.
const mostRaw = 64 << 10

// A rows is a file that gives its rows one after the other.
type rows interface {
	// place returns where in the file the next row begins, or the last one ended.
	// It never descends, but several rows may have the same.
	place() int64
	// next returns the next row, io.EOF, or errBlank where it is none. Of a row
	// that is no document the record says so; other errors are of the file.
	next() (record, error)
	// skip goes behind the next row.
	skip() error
}

var errBlank = errors.New("a blank line")

// A reader reads rows of a corpus. It stays where it is between two ranges, so
// that a file is read once by whoever reads its ranges in turn.
type reader struct {
	in     *Input
	file   File // open, or nil
	which  int  // of the sources
	rows   rows
	passed int64 // all rows behind this place of the file are still to come
}

func (in *Input) reader() *reader { return &reader{in: in} }

// close closes what is open.
func (r *reader) close() {
	if r.file != nil {
		_ = r.file.Close() // was only read
		r.file = nil
	}
}

// rangeOf yields the rows that begin from one place of the corpus on and before
// another. After an error it yields no more.
func (r *reader) rangeOf(ctx context.Context, from, to int64) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for i, s := range r.in.sources {
			if s.to <= from || s.from >= to {
				continue
			}
			if err := r.seek(ctx, i, max(from-s.from, 0)); err != nil {
				yield(record{}, r.in.named(s.name, err))
				return
			}
			for r.rows.place() < min(to, s.to)-s.from {
				r.passed = r.rows.place()
				rec, err := r.rows.next()
				if errors.Is(err, errBlank) {
					continue
				}
				if errors.Is(err, io.EOF) {
					break
				}
				if err == nil {
					err = ctx.Err()
				}
				rec.file, rec.end = s.name, s.from+r.rows.place()
				if !yield(rec, r.in.named(s.name, err)) || err != nil {
					return
				}
			}
		}
	}
}

// seek goes to the first row of a source that begins at a place of it or behind.
func (r *reader) seek(ctx context.Context, which int, at int64) (err error) {
	s := r.in.sources[which]
	if r.file == nil || r.which != which || r.passed >= at {
		r.close()
		if r.file, err = r.in.store.Open(ctx, s.name); err != nil {
			return err
		}
		r.which = which
		if r.rows, err = s.open(r.file, r.in.fields, at); err != nil {
			r.close()
			return err
		}
	}
	r.passed = at - 1
	for r.rows.place() < at && err == nil {
		err = cmp.Or(r.rows.skip(), ctx.Err())
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// open returns the rows of a file, from its beginning or from anywhere between
// it and the first row at a place or behind.
func (s *source) open(file File, fields Fields, at int64) (rows, error) {
	if s.format == parquetTable {
		return newParquetRows(file, fields, at)
	}
	t, content := &textRows{end: s.end}, io.Reader(io.NewSectionReader(file, 0, file.Size()))
	var err error
	if s.compression != "" {
		if t.packed, err = decompress(file, s.compression); err != nil {
			return nil, err
		}
		content = t.packed
	}
	t.splitter = newSplitter(content, 0, s.format == csvTable)
	if s.format == jsonl {
		t.decoder = objects{fields}
	} else if t.decoder, err = t.header(fields, s.format); err != nil {
		return nil, err
	}
	if s.format == csvTable || s.compression != "" || at <= t.at {
		return t, nil
	}
	// Lines can be found from anywhere: the first one behind the byte before.
	t.splitter = newSplitter(io.NewSectionReader(file, at-1, file.Size()-at+1), at-1, false)
	if _, err := t.splitter.next(); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLongRow) {
		return nil, err
	}
	return t, nil
}

// textRows are the rows of a file of text.
type textRows struct {
	*splitter
	packed  *packed // nil where the file is not compressed
	end     int64   // of the content, where it is not that of the file
	decoder decoder
}

// header reads the row that names the fields.
func (t *textRows) header(fields Fields, f format) (decoder, error) {
	row, err := t.splitter.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty: there is no header with the names of the fields")
	}
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if f == csvTable {
		return newColumns(fields, row, splitCSV)
	}
	return newColumns(fields, row, splitTSV)
}

// look looks at some rows of a file without a header, whether they have the fields.
func (t *textRows) look() error {
	o, ok := t.decoder.(objects)
	if !ok {
		return nil
	}
	var rows [][]byte
	for len(rows) < 100 {
		row, err := t.splitter.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, errLongRow) {
			return err
		}
		rows = append(rows, bytes.Clone(row[:min(len(row), mostRaw)]))
	}
	return o.look(rows)
}

func (t *textRows) place() int64 {
	if t.packed != nil {
		return t.packed.place(t.at)
	}
	return t.at
}

// line returns the next row as it stands.
func (t *textRows) line() ([]byte, error) {
	if t.end > 0 && t.at >= t.end {
		return nil, io.EOF
	}
	return t.splitter.next()
}

func (t *textRows) skip() error {
	if _, err := t.line(); !errors.Is(err, errLongRow) {
		return err
	}
	return nil
}

func (t *textRows) next() (record, error) {
	rec := record{offset: t.at}
	row, err := t.line()
	if rec.offset == 0 {
		row = bytes.TrimPrefix(row, []byte("\ufeff"))
	}
	switch {
	case errors.Is(err, errLongRow):
		rec.err = err
	case err != nil:
		return rec, err
	case len(bytes.TrimSpace(row)) == 0:
		return rec, errBlank
	default:
		rec.Document, rec.err = t.decoder.decode(row)
	}
	if rec.err != nil {
		rec.raw = bytes.Clone(row[:min(len(row), mostRaw)])
	}
	return rec, nil
}
