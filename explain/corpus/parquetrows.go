package corpus

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// parquetRows are rows of a Parquet file. Of all columns only those of the
// fields are read, a page at a time.
type parquetRows struct {
	fields  Fields
	file    *parquet.File
	group   int // the row group that columns are of
	row     int64
	columns map[string]*parquetColumn
}

// newParquetRows returns the rows of a file from a row on.
func newParquetRows(f File, fields Fields, at int64) (rows *parquetRows, err error) {
	defer recovered(&err)
	file, err := openParquet(f, fields)
	if err != nil {
		return nil, err
	}
	rows = &parquetRows{fields: fields, file: file, row: at}
	for rows.group < len(file.RowGroups()) {
		n := file.RowGroups()[rows.group].NumRows()
		if at < n {
			break
		}
		at -= n
		rows.group++
	}
	return rows, rows.enter(at)
}

// parquetSize returns the number of rows of a Parquet file that has the fields.
func parquetSize(f File, fields Fields) (rows int64, err error) {
	defer recovered(&err)
	file, err := openParquet(f, fields)
	if err != nil {
		return 0, err
	}
	return file.NumRows(), nil
}

// recovered makes an error of a panic: the package that reads Parquet has some
// for files that are damaged.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("damaged: %v", p)
	}
}

// openParquet opens a file and looks for its fields.
func openParquet(f File, fields Fields) (*parquet.File, error) {
	file, err := parquet.OpenFile(f, f.Size(), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	for _, name := range fields.names() {
		column, ok := file.Schema().Lookup(name)
		switch {
		case !ok:
			var have []string
			for _, c := range file.Schema().Fields() {
				have = append(have, c.Name())
			}
			return nil, &MissingFieldError{name, have}
		case column.Node.Repeated() || column.MaxRepetitionLevel > 0:
			return nil, fmt.Errorf("field %q has several values a row", name)
		case name == fields.Text && column.Node.Type().Kind() != parquet.ByteArray:
			return nil, fmt.Errorf("field %q is no text but %s", name, column.Node.Type())
		}
	}
	return file, nil
}

// enter begins a row group at a row of it.
func (p *parquetRows) enter(at int64) error {
	p.columns = nil
	if p.group >= len(p.file.RowGroups()) {
		return nil
	}
	group := p.file.RowGroups()[p.group]
	p.columns = map[string]*parquetColumn{}
	for _, name := range p.fields.names() {
		column, _ := p.file.Schema().Lookup(name)
		pages := group.ColumnChunks()[column.ColumnIndex].Pages()
		if err := pages.SeekToRow(at); err != nil {
			return err
		}
		p.columns[name] = &parquetColumn{pages: pages}
	}
	return nil
}

func (p *parquetRows) place() int64 { return p.row }

func (p *parquetRows) skip() error {
	_, err := p.next()
	return err
}

func (p *parquetRows) next() (rec record, err error) {
	defer recovered(&err)
	rec.offset = p.row
	values := map[string]parquet.Value{}
	for p.columns != nil && len(values) == 0 {
		for name, column := range p.columns {
			v, err := column.next()
			if errors.Is(err, io.EOF) {
				continue
			}
			if err != nil {
				return rec, err
			}
			values[name] = v
		}
		if len(values) == 0 {
			p.group++
			if err := p.enter(0); err != nil {
				return rec, err
			}
		}
	}
	switch {
	case p.columns == nil:
		return rec, io.EOF
	case len(values) < len(p.columns):
		return rec, fmt.Errorf("row %d: columns of different lengths", p.row)
	}
	p.row++
	rec.Document, rec.err = p.fields.document(func(field string) (string, error) {
		return parquetString(values[field], field == p.fields.Text)
	})
	return rec, nil
}

// parquetString returns a value as text; of a text that is missing the error.
func parquetString(v parquet.Value, text bool) (string, error) {
	switch {
	case v.IsNull() && text:
		return "", errors.New("null is no string")
	case v.IsNull():
		return "", nil
	case !utf8.ValidString(v.String()):
		return "", errNotUTF8
	}
	return v.String(), nil
}

// A parquetColumn gives the values of a column one after the other.
type parquetColumn struct {
	pages  parquet.Pages
	values parquet.ValueReader // of the page, or nil
	buffer [64]parquet.Value
	have   []parquet.Value
}

func (c *parquetColumn) next() (parquet.Value, error) {
	for len(c.have) == 0 {
		if c.values == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, err
			}
			c.values = page.Values()
		}
		n, err := c.values.ReadValues(c.buffer[:])
		if c.have = c.buffer[:n]; err != nil {
			c.values = nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return parquet.Value{}, err
		}
	}
	v := c.have[0]
	c.have = c.have[1:]
	return v, nil
}
