package corpus

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A bytesStore has one file.
type bytesStore struct {
	Store
	content []byte
}

type bytesFile struct{ *bytes.Reader }

func (bytesFile) Close() error { return nil }

func (b bytesStore) Open(context.Context, string) (File, error) {
	return bytesFile{bytes.NewReader(b.content)}, nil
}

// checkParts checks that what is read of a file is the same in one part and in
// several, and no more than there can be.
func checkParts(t *testing.T, name string, content []byte, fields Fields, parts int) {
	in, err := Open(t.Context(), bytesStore{content: content}, []string{name}, fields, 0)
	if err != nil {
		return
	}
	rows, dead, whole := read(t.Context(), in, 1)
	for _, row := range rows {
		if len(row[0]) > mostText || strings.TrimSpace(row[0]) == "" {
			t.Fatalf("a text of %d bytes: %.40q", len(row[0]), row[0])
		}
	}
	if whole != nil {
		return // a part may end before the fault
	}
	rows2, dead2, err := read(t.Context(), in, parts)
	if err != nil || !slices.Equal(rows, rows2) || !slices.Equal(dead, dead2) {
		t.Fatalf("%d and %d rows, in %d parts %d and %d (%v):\n%q\n%q", len(rows), len(dead), parts, len(rows2), len(dead2), err, rows, rows2)
	}
}

// seeds calls add with each file that the reference wrote, and its format.
func seeds(f *testing.F, add func(extension string, content []byte)) {
	files, err := fs.Glob(os.DirFS("testdata/rows"), "*")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(filepath.Join("testdata/rows", name))
		if err != nil {
			f.Fatal(err)
		}
		if _, compression, err := formatOf(name); err == nil && len(b) < 8<<10 {
			inner := strings.TrimSuffix(name, compression)
			add(filepath.Ext(inner)+compression, b)
		}
	}
}

var textFormats = []string{".jsonl", ".csv", ".tsv"}

// FuzzTextRows reads any text in each format, as it is and compressed in pieces.
func FuzzTextRows(f *testing.F) {
	seeds(f, func(extension string, b []byte) {
		if i := slices.Index(textFormats, extension); i >= 0 {
			f.Add(b, byte(i), byte(3))
			f.Add(b, byte(i+3), byte(2))
			f.Add(b, byte(i+6), byte(5))
		}
	})
	zst, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	if err != nil {
		f.Fatal(err)
	}
	gz := gzip.NewWriter(nil)
	f.Fuzz(func(t *testing.T, content []byte, how, parts byte) {
		name := "in" + textFormats[how%3]
		pieces := int(how/9)%4 + 1
		packed := content
		if how/3%3 > 0 {
			packed = nil
		}
		for i := range pieces {
			piece := content[len(content)*i/pieces : len(content)*(i+1)/pieces]
			switch how / 3 % 3 {
			case 1:
				var b bytes.Buffer
				gz.Reset(&b)
				_, _ = gz.Write(piece)
				_ = gz.Close()
				packed = append(packed, b.Bytes()...)
			case 2:
				packed = zst.EncodeAll(piece, packed)
			}
		}
		checkParts(t, name+[]string{"", ".gz", ".zst"}[how/3%3], packed, Fields{Text: "text", Label: "label"}, int(parts%17)+1)
	})
}

// FuzzPackedRows reads what may be a compressed file.
func FuzzPackedRows(f *testing.F) {
	seeds(f, func(extension string, b []byte) {
		if extension == ".jsonl.gz" || extension == ".jsonl.zst" {
			f.Add(b, extension == ".jsonl.gz", byte(3))
		}
	})
	f.Fuzz(func(t *testing.T, content []byte, gz bool, parts byte) {
		checkParts(t, fmt.Sprintf("in.jsonl%s", map[bool]string{true: ".gz", false: ".zst"}[gz]), content, Fields{Text: "text"}, int(parts%17)+1)
	})
}

// FuzzParquetRows reads what may be a Parquet file, whose pages claim anything.
func FuzzParquetRows(f *testing.F) {
	seeds(f, func(extension string, b []byte) {
		if extension == ".parquet" {
			f.Add(b, byte(3))
		}
	})
	f.Fuzz(func(t *testing.T, content []byte, parts byte) {
		for _, fields := range []Fields{{Text: "text", ID: "id", Label: "label"}, {Text: "meta.text", Label: "meta.inner.label"}} {
			checkParts(t, "in.parquet", content, fields, int(parts%17)+1)
		}
	})
}
