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

// readAhead is how much of a compressed file is read at a time, in bytes.
const readAhead = 256 << 10

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
				if errors.Is(err, io.EOF) {
					break
				}
				blank := errors.Is(err, errBlank)
				if blank || err == nil {
					err = ctx.Err()
				}
				if blank && err == nil {
					continue
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
	// Going back opens the file anew; going on, as from one shard to the next, does
	// not.
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
	content, packed, err := s.content(file, readAhead)
	if err != nil {
		return nil, err
	}
	t := &textRows{splitter: newSplitter(content, 0, s.dialect), packed: packed, end: s.end}
	t.skipMark()
	if s.format == jsonl {
		t.decoder = objects{fields}
	} else if t.decoder, err = t.header(fields, s.dialect); err != nil {
		return nil, err
	}
	// Within quotes a line end is no row's, and only reading from the beginning
	// tells.
	if s.dialect.quotes || packed != nil || at <= t.at {
		return t, nil
	}
	// Lines can be found from anywhere: the first one behind the byte before, or
	// behind the two before, which may be one line end.
	before := at - 1
	if s.dialect.returns {
		before = max(at-2, 0)
	}
	t.splitter = newSplitter(io.NewSectionReader(file, before, file.Size()-before), before, s.dialect)
	if _, err := t.splitter.next(); err != nil && !errors.Is(err, io.EOF) && !isBadRow(err) {
		return nil, err
	}
	return t, nil
}

// content returns the text of a file, which is packed where that is not how it
// stands in the file.
func (s *source) content(file File, buffer int) (io.Reader, *packed, error) {
	if !s.estimated() {
		return io.NewSectionReader(file, 0, file.Size()), nil, nil
	}
	p, err := decompress(file, s.compression, s.window, buffer)
	if err == nil && s.wide != nil {
		p.Reader = &utf16Reader{r: p.Reader, order: s.wide}
	}
	return p, p, err
}

// textRows are the rows of a file of text.
type textRows struct {
	*splitter
	packed  *packed // nil where the content stands in the file as it is
	end     int64   // of the content, where it is not that of the file
	decoder decoder
}

// header reads the row that names the fields.
func (t *textRows) header(fields Fields, d dialect) (decoder, error) {
	for {
		row, err := t.splitter.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("empty: there is no header with the names of the fields")
		case err != nil:
			return nil, fmt.Errorf("header: %w", err)
		case !blank(row, d):
			c, err := newColumns(fields, d, row)
			if missing := (*MissingFieldError)(nil); errors.As(err, &missing) {
				missing.Longest = t.longest(missing.Have, d)
			}
			return c, err
		}
	}
}

// longest returns the column with the longest value in the next rows, if any has one.
func (t *textRows) longest(names []string, d dialect) (name string) {
	most := 0
	// Enough to tell a column of texts from one of names.
	for range 10 {
		row, err := t.splitter.next()
		if err != nil {
			break
		}
		for i, value := range d.split(row) {
			if i < len(names) && len(value) > most {
				name, most = names[i], len(value)
			}
		}
	}
	return name
}

// look looks at some rows of a file without a header, whether they have the fields.
func (t *textRows) look() error {
	o, ok := t.decoder.(objects)
	if !ok {
		return nil
	}
	var rows [][]byte
	for len(rows) < 100 && t.at < 8*mostRow {
		row, err := t.splitter.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !isBadRow(err) {
			return err
		}
		rows = append(rows, bytes.Clone(row[:min(len(row), mostRaw)]))
	}
	return o.look(rows)
}

// blank reports whether nothing is in a line.
func blank(row []byte, d dialect) bool {
	if d.separator == '\t' {
		return len(bytes.Trim(row, " ")) == 0
	}
	return len(bytes.TrimSpace(row)) == 0
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
	if _, err := t.line(); !isBadRow(err) {
		return err
	}
	return nil
}

// next decodes whatever can be split off: a row that cannot be decoded costs itself
// alone.
func (t *textRows) next() (record, error) {
	rec := record{offset: t.at}
	row, err := t.line()
	switch {
	case isBadRow(err):
		rec.err = err
	case err != nil:
		return rec, err
	case blank(row, t.scan.dialect):
		return rec, errBlank
	default:
		rec.Document, rec.err = t.decoder.decode(row)
	}
	if rec.err != nil {
		rec.raw = bytes.Clone(row[:min(len(row), mostRaw)])
	}
	return rec, nil
}
