package bias

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A table is a CSV file read line by line, its columns known by their heads.
type table struct {
	name    string
	reader  *csv.Reader
	columns []int // of the heads that were asked for
	line    int
}

// newTable reads the first line and finds columns, in any case. All that lack
// are told in one error.
func newTable(r io.Reader, name string, heads ...string) (*table, error) {
	t := &table{name: name, reader: csv.NewReader(r)}
	// next copies the cells, so a record may be used again; texts of files are
	// many.
	t.reader.ReuseRecord = true
	first, err := t.reader.Read()
	if err != nil {
		return nil, fmt.Errorf("bias: %s: %w", name, noEnd(err))
	}
	var missing []string
	for _, head := range heads {
		i := slices.IndexFunc(first, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), head) })
		if i < 0 {
			missing = append(missing, head)
		}
		t.columns = append(t.columns, i)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("bias: %s: no column %s; there are %s", name, strings.Join(missing, ", "), strings.Join(first, ", "))
	}
	return t, nil
}

// next returns the cells of the next line, io.EOF after the last.
func (t *table) next() ([]string, error) {
	record, err := t.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("bias: %s: %w", t.name, err)
	}
	t.line, _ = t.reader.FieldPos(0)
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = record[c]
	}
	return cells, nil
}

// noEnd says of a file that ends too early that it does.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
