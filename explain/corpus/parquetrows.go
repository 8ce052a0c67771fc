package corpus

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"
)

// parquetRows are rows of a Parquet file. Of all columns only those of the
// fields are read, a page at a time.
type parquetRows struct {
	*parquetFile
	fields  Fields
	group   int // the row group that columns are of
	row     int64
	columns map[string]*parquetColumn // nil behind the last row group
}

// newParquetRows returns the rows of a file from a row on.
func newParquetRows(f File, fields Fields, at int64) (rows *parquetRows, err error) {
	defer recovered(&err)
	table, err := openParquet(f, fields)
	if err != nil {
		return nil, err
	}
	rows = &parquetRows{parquetFile: table, fields: fields, row: at}
	for rows.group < len(table.footer.RowGroups) {
		n := table.footer.RowGroups[rows.group].Rows
		// The row group that has row at, counted within it from here on.
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
	table, err := openParquet(f, fields)
	if err != nil {
		return 0, err
	}
	return table.footer.Rows, nil
}

// recovered makes an error of a panic: the package that reads Parquet has some
// for files that are damaged.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("damaged: %v", p)
	}
}

// A parquetFile is a Parquet file that has the fields.
type parquetFile struct {
	file   File
	footer *parquetFooter
	fields map[string]*parquetField
	shadow *parquet.File // of the same columns, for its pages to be decoded
}

// A parquetField is the column of a field.
type parquetField struct {
	*parquetNode
	textOf func(parquet.Value) (string, error)
}

// openParquet opens a file and looks for its fields.
func openParquet(f File, fields Fields) (*parquetFile, error) {
	footer, err := readFooter(f)
	if err != nil {
		return nil, err
	}
	root, leaves, err := footer.tree()
	if err != nil {
		return nil, err
	}
	for i, g := range footer.RowGroups {
		if len(g.Chunks) != len(leaves) {
			return nil, fmt.Errorf("damaged: row group %d of %d columns, of %d", i, len(g.Chunks), len(leaves))
		}
	}
	t := &parquetFile{file: f, footer: footer, fields: map[string]*parquetField{}}
	for _, name := range fields.names() {
		node := root.lookup(name)
		if node == nil {
			return nil, &MissingFieldError{Field: name, Have: root.names()}
		}
		if t.fields[name], err = node.field(name); err != nil {
			return nil, fmt.Errorf("field %q %w", name, err)
		}
		// An id or label may be a number; a text that is one is a mistake in the
		// name of the field.
		if what := node.describe(); name == fields.Text && !node.holdsText() {
			return nil, fmt.Errorf("field %q is no text but %s", name, what)
		}
	}
	t.shadow, err = shadowOf(footer.Schema, leaves)
	return t, err
}

// lookup returns the node of a name: the one that has it, or else, where the name
// has dots, the one within the groups that it names.
func (n *parquetNode) lookup(name string) *parquetNode {
	for _, child := range n.children {
		if child.Name == name {
			return child
		}
	}
	for _, child := range n.children {
		if rest, ok := strings.CutPrefix(name, child.Name+"."); ok {
			if found := child.lookup(rest); found != nil {
				return found
			}
		}
	}
	return nil
}

// names returns the names of all columns that have a value a row.
func (n *parquetNode) names() (names []string) {
	for _, child := range n.children {
		if child.leaf >= 0 || child.isList() {
			names = append(names, child.Name)
			continue
		}
		for _, name := range child.names() {
			names = append(names, child.Name+"."+name)
		}
	}
	return names
}

// shadowPages is where pages begin in a shadow.
const shadowPages = 4

// shadowOf returns a file of the same columns, of nothing but their physical
// types, in one row group, whose pages are elsewhere and not compressed.
// The library decodes pages only of a file that it has opened, and in opening one
// it trusts what the metadata claim. So it is given a file of our making, with the
// schema and nothing else, and pages from [plainPages]. Logical types are left out,
// or it would convert values in its own way.
func shadowOf(schema []layout.SchemaElement, leaves []*parquetNode) (*parquet.File, error) {
	m := &layout.FileMetaData{Version: 1, Schema: slices.Clone(schema), NumRows: 1}
	for i := range m.Schema {
		m.Schema[i].LogicalType, m.Schema[i].ConvertedType = layout.LogicalType{}, thrift.Null[deprecatedType]{}
	}
	group := layout.RowGroup{NumRows: 1}
	for _, leaf := range leaves {
		group.Columns = append(group.Columns, layout.ColumnChunk{MetaData: layout.ColumnMetaData{
			Type: leaf.Type.V, Encoding: []layout.Encoding{layout.Plain}, PathInSchema: []string{leaf.Name},
			// Numbers that no check of the library stops at: it reads on until the
			// pages end.
			NumValues: 1, TotalCompressedSize: 1 << 50, DataPageOffset: shadowPages,
		}})
	}
	m.RowGroups = []layout.RowGroup{group}
	b, err := thrift.Marshal(&thrift.CompactProtocol{}, m)
	if err != nil {
		return nil, err
	}
	file := bytes.Join([][]byte{[]byte("PAR1"), b, binary.LittleEndian.AppendUint32(nil, uint32(len(b))), []byte("PAR1")}, nil)
	return parquet.OpenFile(bytes.NewReader(file), int64(len(file)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
}

// enter begins a row group, or the next that has rows, at a row of it.
func (p *parquetRows) enter(at int64) error {
	p.columns = nil
	for p.group < len(p.footer.RowGroups) && p.footer.RowGroups[p.group].Rows == 0 {
		p.group++
	}
	if p.group >= len(p.footer.RowGroups) {
		return nil
	}
	group := &p.footer.RowGroups[p.group]
	columns := map[string]*parquetColumn{}
	for name, field := range p.parquetFile.fields {
		most := int32(mostOtherPage)
		if name == p.fields.Text {
			most = mostPage
		}
		pages, err := newPlainPages(p.file, field.parquetNode, &group.Chunks[field.leaf], group.Rows, at, most)
		if err != nil {
			return fmt.Errorf("column %q, row group %d: %w", name, p.group, err)
		}
		chunk := p.shadow.RowGroups()[0].ColumnChunks()[field.leaf].(*parquet.FileColumnChunk)
		columns[name] = &parquetColumn{plain: pages, pages: chunk.PagesFrom(pages)}
	}
	p.columns = columns
	return nil
}

func (p *parquetRows) place() int64 { return p.row }

func (p *parquetRows) skip() error {
	_, err := p.next()
	return err
}

// next passes over row groups without rows, and counts rows through all of them.
func (p *parquetRows) next() (rec record, err error) {
	defer recovered(&err)
	rec.offset = p.row
	values := map[string]parquet.Value{}
	for p.columns != nil && len(values) == 0 {
		// Columns are read in step: all have a value for the row, or all have
		// ended.
		for name, column := range p.columns {
			v, err := column.next()
			if errors.Is(err, io.EOF) {
				continue
			}
			if err != nil {
				return rec, fmt.Errorf("column %q, row group %d: damaged: %w", name, p.group, err)
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
		return rec, fmt.Errorf("damaged: row %d: columns of different lengths", p.row)
	}
	p.row++
	rec.Document, rec.err = p.fields.document(func(field string) (string, error) {
		v := values[field]
		switch {
		case v.IsNull() && field == p.fields.Text:
			return "", errors.New("null is no string")
		case v.IsNull():
			return "", nil
		}
		return p.parquetFile.fields[field].textOf(v)
	})
	return rec, nil
}

// A parquetColumn gives the values of a column one after the other.
type parquetColumn struct {
	plain  *plainPages
	pages  parquet.Pages
	page   parquet.Page        // whose values are being read, or nil
	values parquet.ValueReader // of page
	buffer [64]parquet.Value
	have   []parquet.Value
}

// next returns a value that shares memory with its page, and is valid until the
// next call.
func (c *parquetColumn) next() (parquet.Value, error) {
	for len(c.have) == 0 {
		if c.values == nil {
			if err := c.turn(); err != nil {
				return parquet.Value{}, err
			}
		}
		n, err := c.values.ReadValues(c.buffer[:])
		c.have = c.buffer[:n]
		// Whole pages before the first row were passed over; of the page that has
		// it, these are the rows before.
		before := min(c.plain.skip, int64(n))
		c.have, c.plain.skip = c.have[before:], c.plain.skip-before
		if err != nil {
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

// turn goes to the next page. The memory of the one before is used again.
func (c *parquetColumn) turn() (err error) {
	if c.page != nil {
		parquet.Release(c.page)
	}
	if c.page, err = c.pages.ReadPage(); err == nil {
		c.values = c.page.Values()
	}
	return err
}
