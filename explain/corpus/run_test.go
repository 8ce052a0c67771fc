package corpus_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

var everyFormat = []string{"in.jsonl", "in.csv", "in.tsv", "in.jsonl.gz", "in.csv.zst", "in.tsv.gz", "in.parquet"}

// TestEveryRowOnce: whatever the format and the number of shards, every document
// comes out once, in order, and the same bytes come out.
func TestEveryRowOnce(t *testing.T) {
	for _, name := range everyFormat {
		t.Run(name, func(t *testing.T) {
			documents := texts(101, filepath.Ext(strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")))
			file := write(t, name, documents)
			var wantRows, wantDead string
			for _, shards := range []int{1, 2, 9, 120} {
				r := newRun(t, shards, file)
				m := all(t, r)
				rows, dead := results(t, r)
				if wantRows == "" {
					wantRows, wantDead = rows, dead
					checkRows(t, documents, rows, dead)
				}
				if rows != wantRows || dead != wantDead {
					t.Fatalf("%d shards made other bytes than one", shards)
				}
				if m.Rows != 101 || m.Good != int64(strings.Count(rows, "\n")) || m.Dead != int64(strings.Count(dead, "\n")) {
					t.Errorf("%d shards: %+v", shards, m)
				}
			}
		})
	}
}

// checkRows checks that each document is a row or a dead letter.
func checkRows(t *testing.T, documents []corpus.Document, rows, dead string) {
	t.Helper()
	got := map[int64]corpus.Document{}
	for line := range strings.Lines(rows) {
		var r corpus.Row
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Players {
			if r.Text[p.Start:p.End] != p.Text {
				t.Errorf("row %d: bytes %d to %d are not %q", r.Row, p.Start, p.End, p.Text)
			}
		}
		got[r.Row] = corpus.Document{ID: r.ID, Text: r.Text, Label: r.Label}
	}
	for line := range strings.Lines(dead) {
		var d corpus.DeadLetter
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		if d.Reason != "too loud" || got[d.Row] != (corpus.Document{}) {
			t.Errorf("dead letter %+v", d)
		}
		got[d.Row] = corpus.Document{ID: d.ID, Text: d.Text, Label: documents[d.Row-1].Label}
	}
	for i, want := range documents {
		if got[int64(i)+1] != want {
			t.Fatalf("row %d is %+v, want %+v", i+1, got[int64(i)+1], want)
		}
	}
}

// TestShardsInAnyOrder: parts that were made one by one, some twice, join to
// what one process makes.
func TestShardsInAnyOrder(t *testing.T) {
	file := write(t, "in.csv", texts(60, ".csv"))
	whole := newRun(t, 1, file)
	all(t, whole)
	r := newRun(t, 7, file)
	for _, shard := range []int{6, 2, 2, 0, 5, 1, 3, 4, 0} {
		if _, err := r.Shard(t.Context(), shard); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Shard(t.Context(), 7); err == nil {
		t.Error("there is no shard 7 of 7")
	}
	m, err := corpus.Merge(t.Context(), r.Store, r.Output)
	if err != nil {
		t.Fatal(err)
	}
	wantRows, wantDead := results(t, whole)
	if rows, dead := results(t, r); rows != wantRows || dead != wantDead || m.Rows != 60 {
		t.Error("the parts joined to something else")
	}
}

// TestManyFiles: files follow one another, in the order of the patterns.
func TestManyFiles(t *testing.T) {
	documents := texts(50, ".csv")
	a, b, c := write(t, "a.csv", documents[:20]), write(t, "b.jsonl", documents[20:21]), write(t, "c.csv.gz", documents[21:])
	one := newRun(t, 1, write(t, "in.jsonl", documents))
	all(t, one)
	want, _ := results(t, one)
	for _, shards := range []int{1, 4, 30} {
		r := newRun(t, shards, filepath.Join(filepath.Dir(a), "*.csv"), b, c)
		all(t, r)
		if rows, _ := results(t, r); rows != want {
			t.Errorf("%d shards of three files made other rows than one file", shards)
		}
	}
}

func TestLimit(t *testing.T) {
	for _, name := range everyFormat {
		in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{write(t, name, texts(50, ".tsv"))}, fields, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, shards := range []int{1, 3} {
			r := newRun(t, shards, write(t, "other.jsonl", texts(1, "")))
			r.Input = in
			if m := all(t, r); m.Rows != 20 {
				t.Errorf("%s: %d rows of 20 in %d shards", name, m.Rows, shards)
			}
		}
	}
}

// TestParquetOutput: the rows in Parquet are those in JSON.
func TestParquetOutput(t *testing.T) {
	file := write(t, "in.jsonl", texts(40, ""))
	lines, table := newRun(t, 3, file), newRun(t, 2, file)
	table.Output = "out.parquet"
	all(t, lines)
	all(t, table)
	if got, want := read(t, table), read(t, lines); !slices.Equal(got, want) {
		t.Errorf("Parquet has\n%s\nand JSON\n%s", got[0], want[0])
	}
	again := newRun(t, 5, file)
	again.Output = "out.parquet"
	all(t, again)
	if content(t, table.Store, table.Output) != content(t, again.Store, again.Output) {
		t.Error("Parquet of 5 shards has other bytes than of 2")
	}
}

// read returns the rows of an output as JSON.
func read(t *testing.T, run *corpus.Run) []string {
	t.Helper()
	var out []string
	for r, err := range corpus.Rows(t.Context(), run.Store, run.Output) {
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	return out
}

func TestOmitText(t *testing.T) {
	r := newRun(t, 1, write(t, "in.jsonl", texts(3, "")))
	r.OmitText = true
	all(t, r)
	if rows, _ := results(t, r); strings.Contains(rows, "text number") || !strings.Contains(rows, `"text":"number"`) {
		t.Errorf("rows have more than the words:\n%s", rows)
	}
}
