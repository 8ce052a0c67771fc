package corpus

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A golden is what the reference reads in a file.
type golden struct {
	File            string
	Text, ID, Label string
	Dead            int
	Rows            [][3]string
}

func goldens(t testing.TB) (all []golden) {
	t.Helper()
	b, err := os.ReadFile("testdata/rows/golden.json")
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// read returns the documents of a file and the reasons of the rows that are none,
// read by so many readers, each from a place of its own.
func read(ctx context.Context, in *Input, readers int) (rows [][3]string, dead []string, err error) {
	for i := range readers {
		from, to := in.bounds(readers, i)
		r := in.reader()
		for rec, err := range r.rangeOf(ctx, from, to) {
			switch {
			case err != nil:
				r.close()
				return rows, dead, err
			case rec.err != nil:
				dead = append(dead, rec.err.Error())
			default:
				rows = append(rows, [3]string{rec.Text, rec.ID, rec.Label})
			}
		}
		r.close()
	}
	return rows, dead, nil
}

func open(t testing.TB, file string, fields Fields) *Input {
	t.Helper()
	in, err := Open(t.Context(), Folder{}, []string{file}, fields, 0)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// TestGolden: rows are those that csv, pandas, json and pyarrow read, in files as
// these and others write them, and each comes out once in any number of shards.
func TestGolden(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(g.File, func(t *testing.T) {
			in := open(t, filepath.Join("testdata/rows", g.File), Fields{Text: g.Text, ID: g.ID, Label: g.Label})
			for _, readers := range []int{1, 2, 3, 7, 40} {
				rows, dead, err := read(t.Context(), in, readers)
				if err != nil {
					t.Fatal(err)
				}
				if len(rows) != len(g.Rows) || len(dead) != g.Dead {
					t.Fatalf("%d readers: %d documents, want %d; %d dead, want %d\n%q\n%q", readers, len(rows), len(g.Rows), len(dead), g.Dead, rows, dead)
				}
				for i, want := range g.Rows {
					if rows[i] != want {
						t.Errorf("%d readers: document %d is %q, want %q", readers, i, rows[i], want)
					}
				}
			}
		})
	}
}

// TestFaults: what cannot be read is told in a line that names place and thing.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"unclosed.csv", "text,label\ngood,1\n\"bad,0\nfine,1\n", "the quote that opens a value on line 3 is never closed"},
		{"stray.csv", "text,label\ngood,1\n\"bad,0\n\"fine film\",1\nso,0\n", "the quote that opens a value on line 3 meets the next one on line 4"},
		{"stray.tsv", "text\tlabel\n\"a \"\"b\"\"\"\t1\n" + strings.Repeat("x\t1\n", sniffedQuotes/4) + "\"bad\t0\n\"fine film\"\t1\n", "meets the next one on line"},
		{"half.csv", "\xff\xfet\x00e\x00x\x00t\x00\n\x00a\x00\x3d\xd8\n\x00", "not UTF-8"},
		{"long.csv", "text,label\n" + strings.Repeat("x", mostText+1) + ",1\n", "1.0 MiB long, where 1 is the most: cut it"},
		{"long.jsonl", `{"text": "a", "x": "` + strings.Repeat("x", mostRow) + `"}`, "the row is longer than 4 MiB"},
		{"empty.jsonl", `{"text": " \n"}`, "empty: there is nothing to explain"},
		{"surrogate.jsonl", `{"text": "a\ud800b"}`, "half of a surrogate pair"},
		{"list.jsonl", `{"text": ["a"]}`, "is no string but a list"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, dead, err := read(t.Context(), open(t, path, Fields{Text: "text"}), 3)
		if err != nil || len(dead) != 1 || !strings.Contains(dead[0], c.want) || strings.Contains(dead[0], "\n") {
			t.Errorf("%s: %.300q, want one with %q (%v)", c.name, dead, c.want, err)
		}
	}
}

// TestColumns: of a file without the field the error tells those that it has, and
// of one that is no text what it is.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		file, field, want string
		have              []string
	}{
		{"nested.jsonl", "text", `no field "text", there are: review.stars, review.text`, []string{"review.stars", "review.text"}},
		{"semi.csv", "body", `no field "body", there are: text, label`, []string{"text", "label"}},
		{"semi.csv", "text;label", `there are: text, label`, []string{"text", "label"}},
		{"frame_16.tsv", "body", `there are: id, text, label`, []string{"id", "text", "label"}},
		{"esc.csv", "text", `there are: "\x1b[31mred\x1b]0;title\a", label`, []string{"\x1b[31mred\x1b]0;title\a", "label"}},
		{"esc.jsonl", "text", `there are: "\x1b[31mx"`, []string{"\x1b[31mx"}},
		{"struct.parquet", "text", "there are: meta.text, meta.inner.label, tags, id", []string{"meta.text", "meta.inner.label", "tags", "id"}},
		{"struct.parquet", "meta", `field "meta" is a group of fields: meta.text, meta.inner.label`, nil},
		{"struct.parquet", "tags", `field "tags" is a list, of several values a row`, nil},
		{"list.parquet", "text", `field "text" is a list, of several values a row`, nil},
		{"dec_5.parquet", "d", `field "d" is no text but DECIMAL(5,2)`, nil},
		{"kind_f64.parquet", "label", `field "label" is no text but DOUBLE`, nil},
	} {
		_, err := Open(t.Context(), Folder{}, []string{filepath.Join("testdata/rows", c.file)}, Fields{Text: c.field}, 0)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.ContainsAny(err.Error(), "\n\x1b\r") {
			t.Errorf("%s: %v, want %q", c.file, err, c.want)
		}
		var missing *MissingFieldError
		if errors.As(err, &missing) != (c.have != nil) || missing != nil && !slices.Equal(missing.Have, c.have) {
			t.Errorf("%s: has %v, want %v", c.file, missing, c.have)
		}
	}
}
