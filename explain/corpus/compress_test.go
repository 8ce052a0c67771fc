package corpus_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// random returns documents of random lengths, some that compress, with space
// between their words, and some of about half of most bytes that hardly do.
func random(n, most int, space string) []corpus.Document {
	rng := rand.New(rand.NewPCG(uint64(n), 0))
	out := make([]corpus.Document, n)
	for i := range out {
		text := strings.Repeat("again"+space, 1+rng.IntN(60))
		if i%3 > 0 {
			b := make([]byte, 1+rng.IntN(most))
			for j := range b {
				b[j] = byte('a' + rng.IntN(26))
			}
			text = string(b)
		}
		out[i] = corpus.Document{ID: fmt.Sprintf("%d of %d", i, n), Text: text, Label: "0"}
	}
	return out
}

// pack compresses a file, after a change and without the last line end, in so
// many members or frames.
func pack(t *testing.T, file, extension string, members int, change *strings.Replacer) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content, packed := strings.TrimRight(change.Replace(string(b)), "\r\n"), []byte(nil)
	for i := range members {
		piece := content[len(content)*i/members : len(content)*(i+1)/members]
		packed = append(packed, compressed(t, []byte(piece), extension)...)
	}
	if err := os.WriteFile(file+extension, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	return file + extension
}

// TestCompressed: of files that are compressed, in one piece or several, or not,
// with blank lines or empty, every row comes out once in any number of shards, be
// they made by one reader in turn or each by its own.
func TestCompressed(t *testing.T) {
	var documents []corpus.Document
	some := func(n int, space string) []corpus.Document {
		documents = append(documents, random(n, 400, space)...)
		return documents[len(documents)-n:]
	}
	asIs, blank := strings.NewReplacer(), strings.NewReplacer("}\n", "}\n\n \n", "\r\n", "\r\n\r\n")
	files := []string{
		pack(t, write(t, "a.jsonl", some(500, "\n")), ".gz", 5, blank),
		pack(t, write(t, "b.jsonl", nil), ".gz", 1, asIs),
		pack(t, write(t, "c.csv", some(1100, "\n")), ".zst", 3, asIs),
		pack(t, write(t, "d.jsonl", nil), ".zst", 1, asIs),
		pack(t, write(t, "e.jsonl", some(40, " ")), "", 1, blank),
		pack(t, write(t, "f.jsonl", some(3000, " ")), ".zst", 1, asIs),
		pack(t, write(t, "g.csv", some(30, "\n")), "", 1, blank),
		pack(t, write(t, "h.csv", some(450, "\n")), ".gz", 1, blank),
		pack(t, write(t, "i.tsv", some(600, " ")), ".gz", 2, asIs),
	}
	whole := newRun(t, 1, files...)
	all(t, whole)
	want, _ := results(t, whole)
	checkRows(t, documents, want, "")
	for _, shards := range []int{2, 3, 7, 31, 101, 1000} {
		r, done, filled := newRun(t, shards, files...), int64(0), 0
		r.Watch = func(e corpus.Event) { done += e.Done }
		all(t, r)
		if rows, dead := results(t, r); rows != want || dead != "" || done != r.Input.Size() {
			t.Errorf("%d shards in turn made other rows, or %d of %d", shards, done, r.Input.Size())
		}
		if shards > 101 {
			continue // each reads its file from the beginning
		}
		for shard := range shards {
			m, err := r.Shard(t.Context(), shards-1-shard)
			if err != nil {
				t.Fatal(err)
			}
			filled += int(min(m.Rows, 1))
		}
		if _, err := corpus.Merge(t.Context(), r.Store, r.Output); err != nil {
			t.Fatal(err)
		}
		if rows, _ := results(t, r); rows != want || filled < shards {
			t.Errorf("%d shards one by one made other rows, or only %d any", shards, filled)
		}
	}
}

// TestBlankLines: lines in which nothing is are in nobody's way.
func TestBlankLines(t *testing.T) {
	blank := strings.NewReplacer("\n", "\n\n \n\n")
	for _, name := range []string{"in.jsonl", "in.csv", "in.tsv"} {
		file := pack(t, write(t, name, random(20, 9, " ")), "", 1, blank)
		for shards := 1; shards < 40; shards++ {
			r := newRun(t, shards, file)
			for shard := range shards {
				if _, err := r.Shard(t.Context(), shard); err != nil {
					t.Fatal(err)
				}
			}
			if m, err := corpus.Merge(t.Context(), r.Store, r.Output); err != nil || m.Rows != 20 {
				t.Fatalf("%s: %d rows of 20 in %d shards (%v)", name, m.Rows, shards, err)
			}
		}
	}
}

// TestLastBlock: rows for which no more of the file had to be read count too. The
// row before them fills the buffer in the middle of the last block.
func TestLastBlock(t *testing.T) {
	documents := append(random(10, 9, " "), corpus.Document{Text: strings.Repeat("x", 300<<10), Label: "0"})
	documents = append(documents, random(20, 9, " ")...)
	for name := range strings.FieldsSeq("in.jsonl.zst in.csv.gz") {
		r := newRun(t, 3, write(t, name, documents))
		if m := all(t, r); m.Rows != 31 {
			t.Errorf("%s: %d rows of 31", name, m.Rows)
		}
	}
}

// TestChanged: a shard whose part is of other documents is read again from where
// it begins, though it is but a byte.
func TestChanged(t *testing.T) {
	for _, name := range []string{"in.jsonl", "in.csv", "in.tsv.gz"} {
		documents := random(6, 9, " ")
		before := newRun(t, 1, write(t, name, documents))
		for i := range documents {
			documents[i].Label = "1"
		}
		after := newRun(t, 1, write(t, name, documents))
		all(t, after)
		want, _ := results(t, after)
		before.Store = after.Store
		for _, shards := range []int{3, int(after.Input.Size())} {
			before.Shards, after.Shards = shards, shards
			for shard := range shards {
				if _, err := before.Shard(t.Context(), shard); err != nil {
					t.Fatal(err)
				}
			}
			all(t, after)
			if rows, _ := results(t, after); rows != want {
				t.Errorf("%s: %d shards of other documents became\n%s\nwant\n%s", name, shards, rows, want)
			}
		}
	}
}

// TestLimitCompressed: a limit is exact though rows share places in the file.
func TestLimitCompressed(t *testing.T) {
	short := make([]corpus.Document, 300)
	for i := range short {
		short[i] = corpus.Document{ID: "a", Text: "b", Label: "0"}
	}
	for _, name := range []string{"in.jsonl.gz", "in.csv.zst", "in.tsv.gz"} {
		a, b := write(t, name, short), write(t, name, short)
		for limit := int64(1); limit <= 601; limit += 75 {
			in, err := corpus.Open(t.Context(), corpus.Folder{}, []string{a, b}, fields, limit)
			if err != nil {
				t.Fatal(err)
			}
			s, err := in.Sample(t.Context(), 1, 0)
			if err != nil || s.Rows != min(limit, 600) {
				t.Errorf("%s: %d rows of %d (%v)", name, s.Rows, limit, err)
			}
			for _, shards := range []int{1, 3, 50} {
				r := newRun(t, shards, a)
				r.Input = in
				if m := all(t, r); m.Rows != s.Rows {
					t.Errorf("%s: %d rows of %d in %d shards", name, m.Rows, limit, shards)
				}
			}
		}
	}
}

// A counting store counts what is read of its files and how many are open. What
// is to be seen of them is told before one is opened and after.
type counting struct {
	corpus.Folder
	before, after func(name string)

	mu         sync.Mutex
	bytes      map[string]int64
	open, most int
}

type countingFile struct {
	corpus.File
	store *counting
	name  string
}

func (c *counting) Open(ctx context.Context, name string) (corpus.File, error) {
	c.mu.Lock()
	c.open++
	c.most = max(c.most, c.open)
	c.mu.Unlock()
	if c.before != nil {
		c.before(name)
	}
	f, err := c.Folder.Open(ctx, name)
	if c.after != nil {
		c.after(name)
	}
	return &countingFile{f, c, name}, cmp.Or(err, ctx.Err())
}

func (f *countingFile) Close() error {
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	f.store.open--
	return f.File.Close()
}

func (f *countingFile) ReadAt(b []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(b, at)
	f.store.mu.Lock()
	defer f.store.mu.Unlock()
	f.store.bytes[f.name] += int64(n)
	return n, err
}

// TestReadsLittle: to open a corpus a little of each file is read, for a shard
// only files that have rows of it, and for all shards in turn each file once.
func TestReadsLittle(t *testing.T) {
	for _, name := range []string{"in.jsonl.gz", "in.csv.zst", "in.csv"} {
		a, b := write(t, name, random(400, 20000, " ")), write(t, name, random(401, 20000, " "))
		info, err := os.Stat(a)
		if err != nil {
			t.Fatal(err)
		}
		store := &counting{bytes: map[string]int64{}}
		in, err := corpus.Open(t.Context(), store, []string{a, b}, fields, 0)
		if err != nil {
			t.Fatal(err)
		}
		if n := store.bytes[a]; n == 0 || n > info.Size()/2 {
			t.Errorf("%s: %d bytes of %d were read to open it", name, n, info.Size())
		}
		r := newRun(t, 8, write(t, "other.jsonl", nil))
		r.Input, store.bytes = in, map[string]int64{}
		if _, err := r.Shard(t.Context(), 1); err != nil || store.bytes[b] > 0 || store.bytes[a] > info.Size()*3/4 {
			t.Errorf("%s: for shard 1 of 8, %d bytes of %d were read, and %d of the file behind (%v)", name, store.bytes[a], info.Size(), store.bytes[b], err)
		}
		store.bytes = map[string]int64{}
		if all(t, r); store.bytes[a] > info.Size()*5/4 {
			t.Errorf("%s: %d bytes of %d were read for all shards in turn", name, store.bytes[a], info.Size())
		}
	}
}

// TestOpenSideBySide: files are looked at several at a time, keep their order, and
// the first of those that are at fault is told whichever is found first.
func TestOpenSideBySide(t *testing.T) {
	dir, documents := t.TempDir(), random(50, 400, " ")
	good, bad := make([]string, len(documents)), make([]string, len(documents))
	for i, d := range documents {
		name := filepath.Join(dir, fmt.Sprintf("%02d.jsonl", i))
		if err := os.Rename(write(t, "in.jsonl", []corpus.Document{d}), name); err != nil {
			t.Fatal(err)
		}
		good[i] = name
		if bad[i] = name; i == 17 || i == 18 || i > 40 {
			bad[i] = name + ".none.jsonl"
		}
	}
	// The first waits for another to be opened too, and 17 until 18 was.
	var other, later sync.Once
	together, behind := make(chan bool), make(chan bool)
	store := &counting{bytes: map[string]int64{}, before: func(name string) {
		switch {
		case strings.HasPrefix(filepath.Base(name), "00."):
			<-together
		case strings.HasPrefix(filepath.Base(name), "17."):
			<-behind
		default:
			other.Do(func() { close(together) })
		}
	}, after: func(name string) {
		if strings.HasPrefix(filepath.Base(name), "18.") {
			later.Do(func() { close(behind) })
		}
	}}
	in, err := corpus.Open(t.Context(), store, good, fields, 0)
	if err != nil {
		t.Fatal(err)
	}
	if store.most < 2 || store.most > 16 || store.open != 0 {
		t.Errorf("%d files were open at a time, %d still are", store.most, store.open)
	}
	i := 0
	for d, err := range in.Documents(t.Context()) {
		if err != nil || d != documents[i] {
			t.Fatalf("document %d is %v, want %v (%v)", i, d, documents[i], err)
		}
		i++
	}
	later, behind = sync.Once{}, make(chan bool)
	if _, err := corpus.Open(t.Context(), store, bad, fields, 0); i != 50 || err == nil || !strings.Contains(err.Error(), bad[17]) {
		t.Errorf("%d documents; error %v, want one of %s", i, err, bad[17])
	}
}
