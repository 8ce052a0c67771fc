package corpus

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/parquet-go/parquet-go"
)

// rowGroup is how many rows a row group of Parquet has, and so how many are held
// in memory when it is written.
const rowGroup = 2048

// A parquetWriter writes rows, given as lines of JSON, as Parquet.
type parquetWriter struct {
	to *parquet.GenericWriter[Row]
}

func newParquetWriter(w io.Writer) *parquetWriter {
	return &parquetWriter{parquet.NewGenericWriter[Row](w,
		parquet.MaxRowsPerRowGroup(rowGroup), parquet.Compression(&parquet.Zstd))}
}

// Write writes one row.
func (p *parquetWriter) Write(line []byte) (int, error) {
	var row Row
	if err := json.Unmarshal(bytes.TrimSpace(line), &row); err != nil {
		return 0, err
	}
	if _, err := p.to.Write([]Row{row}); err != nil {
		return 0, err
	}
	return len(line), nil
}

// Close ends the file.
func (p *parquetWriter) Close() error { return p.to.Close() }
