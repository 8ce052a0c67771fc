package corpus

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	layout "github.com/parquet-go/parquet-go/format"
)

const (
	mostFooter  = 32 << 20 // bytes of the metadata of a Parquet file
	mostEntries = 1 << 20  // entries of all lists in it
	mostNesting = 32       // groups of a schema within one another
)

// A parquetFooter is what is needed of the metadata of a Parquet file.
// The library's own type for it reads all there is, statistics of every column
// included: of a wide table that is most of the metadata. Tags have the numbers of
// parquet.thrift.
type parquetFooter struct {
	Schema    []layout.SchemaElement `thrift:"2,required"`
	Rows      int64                  `thrift:"3,required"`
	RowGroups []parquetGroup         `thrift:"4,required"`
}

type parquetGroup struct {
	Chunks []parquetChunk `thrift:"1,required"`
	Rows   int64          `thrift:"3,required"`
}

// A parquetChunk is where the values of a column in a row group are.
type parquetChunk struct {
	File string                   `thrift:"1,optional"`
	Data thrift.Null[parquetData] `thrift:"3,optional"`
}

type parquetData struct {
	Codec      layout.CompressionCodec `thrift:"4,required"`
	Page       int64                   `thrift:"9,required"`
	Dictionary int64                   `thrift:"11,optional"`
}

// begin returns where in the file the first page is.
func (d *parquetData) begin() int64 {
	// The dictionary comes first where there is one; some writers tell an offset of
	// 0 for none.
	if d.Dictionary > 0 && d.Dictionary < d.Page {
		return d.Dictionary
	}
	return d.Page
}

// readFooter reads the metadata of a file. Nothing is reserved for what it claims
// to hold before it is there.
// A file ends with the metadata, their length in four bytes, and PAR1.
func readFooter(f File) (*parquetFooter, error) {
	var end [8]byte
	if f.Size() < 12 {
		return nil, errors.New("no Parquet file: it is too short")
	}
	if _, err := f.ReadAt(end[:], f.Size()-8); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	// The magic of files with an encrypted footer (parquet-format, Encryption.md).
	if string(end[4:]) == "PARE" {
		return nil, errors.New("its columns are encrypted")
	}
	if string(end[4:]) != "PAR1" {
		return nil, errors.New("no Parquet file: it does not end with PAR1")
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if length > f.Size()-12 || length > mostFooter {
		return nil, fmt.Errorf("damaged: metadata of %d bytes, in a file of %d, where %d MiB are read at most", length, f.Size(), mostFooter>>20)
	}
	b := make([]byte, length)
	if _, err := f.ReadAt(b, f.Size()-8-length); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	n, err := measureThrift(b, mostEntries)
	if err != nil {
		return nil, fmt.Errorf("damaged: metadata: %w", err)
	}
	footer := &parquetFooter{}
	if err := thrift.Unmarshal(&thrift.CompactProtocol{}, b[:n], footer); err != nil {
		return nil, fmt.Errorf("damaged: metadata: %w", err)
	}
	return footer, footer.check()
}

// check looks whether the row groups are what the file claims.
func (p *parquetFooter) check() error {
	rows := int64(0)
	for i, g := range p.RowGroups {
		if g.Rows < 0 || g.Rows > p.Rows-rows {
			return fmt.Errorf("damaged: row group %d of %d rows, in a file of %d", i, g.Rows, p.Rows)
		}
		rows += g.Rows
	}
	if rows != p.Rows {
		return fmt.Errorf("damaged: a file of %d rows, whose row groups have %d", p.Rows, rows)
	}
	return nil
}

// A parquetNode is a group or a column of a schema.
type parquetNode struct {
	*layout.SchemaElement
	children []*parquetNode
	leaf     int // which of the columns with values, of a group −1
	levels   int // definition levels
	repeated bool
}

// tree returns the root of the schema, and its columns.
func (p *parquetFooter) tree() (root *parquetNode, leaves []*parquetNode, err error) {
	rest := p.Schema
	var next func(levels, depth int, repeated bool) (*parquetNode, error)
	next = func(levels, depth int, repeated bool) (*parquetNode, error) {
		// The schema is a list in depth-first order, each group with its number of
		// children: a claim that is too large runs out of the list.
		if len(rest) == 0 || depth > mostNesting {
			return nil, errors.New("damaged: a schema without end, or that is nested too deep")
		}
		n := &parquetNode{SchemaElement: &rest[0], leaf: -1, levels: levels, repeated: repeated}
		rest = rest[1:]
		if r := n.RepetitionType; depth > 0 && r.Valid && r.V != layout.Required {
			// A definition level tells how many of the optional and repeated nodes
			// down to a value are there; required ones need none.
			n.levels++
			n.repeated = repeated || r.V == layout.Repeated
		}
		if n.Type.Valid {
			n.leaf = len(leaves)
			leaves = append(leaves, n)
			return n, nil
		}
		for range n.NumChildren.V {
			child, err := next(n.levels, depth+1, n.repeated)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, child)
		}
		return n, nil
	}
	if root, err = next(0, 0, false); err == nil && len(rest) > 0 {
		err = errors.New("damaged: a schema with columns of no group")
	}
	return root, leaves, err
}
