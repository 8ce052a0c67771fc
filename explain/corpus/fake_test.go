package corpus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
)

// explainLetters explains a text by what its letters add up to, each of its
// words a player. Texts with a "!" it refuses.
func explainLetters(_ context.Context, d corpus.Document) (*explain.Explanation, error) {
	if strings.Contains(d.Text, "!") {
		return nil, errors.New("too loud")
	}
	x := &explain.Explanation{
		Index: explain.SV, Order: 1, Outputs: []string{"LETTERS"}, Baseline: []float64{1}, Full: []float64{1}, Evaluations: 2,
		Subject: explain.Subject{Text: d.Text, Scale: "logit", Scores: []explain.ClassScore{{Class: "A", Probability: 0.25}, {Class: "B", Probability: 0.75}}},
	}
	at := 0
	for i, word := range strings.Fields(d.Text) {
		at += strings.Index(d.Text[at:], word)
		score := 0.0
		for _, b := range []byte(word) {
			score += float64(b) / 100
		}
		x.Players = append(x.Players, explain.Player{Text: word, Start: at, End: at + len(word)})
		x.Terms = append(x.Terms, explain.Term{Players: []int{i}, Score: []float64{score}, Err: []float64{0.5}})
		x.Full[0] += score
	}
	return x, nil
}

// texts are documents that try the formats; tsv has no line ends or tabs in it.
func texts(n int, format string) []corpus.Document {
	out := make([]corpus.Document, n)
	for i := range out {
		out[i] = corpus.Document{ID: fmt.Sprintf("d%d", i), Label: fmt.Sprint(i % 2), Text: fmt.Sprintf("text number %d of «%d»", i, n)}
		switch {
		case i%7 == 3:
			out[i].Text += " is loud!"
		case i%5 == 1:
			out[i].Text += ` has "quotes", commas`
		case i%5 == 2 && format != ".tsv":
			out[i].Text = "\"two\nlines\n\n\" " + out[i].Text
		case i%11 == 4:
			out[i].Text += strings.Repeat(" long", i)
		}
	}
	return out
}

// write writes documents as a file of the format that its name tells.
func write(t testing.TB, name string, documents []corpus.Document) string {
	t.Helper()
	var b bytes.Buffer
	inner := strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch filepath.Ext(inner) {
	case ".jsonl":
		for _, d := range documents {
			fmt.Fprintf(&b, "{\"name\": %q, \"text\": %s, \"class\": %s}\n", d.ID, quoted(d.Text), d.Label)
		}
	case ".csv":
		b.WriteString("class,text,name\r\n")
		for _, d := range documents {
			fmt.Fprintf(&b, "%s,\"%s\",%s\r\n", d.Label, strings.ReplaceAll(d.Text, `"`, `""`), d.ID)
		}
	case ".tsv":
		b.WriteString("\ufefftext\tname\tclass\n")
		for _, d := range documents {
			fmt.Fprintf(&b, "%s\t%s\t%s\n", d.Text, d.ID, d.Label)
		}
	case ".parquet":
		type row struct {
			Class int64  `parquet:"class"`
			Text  string `parquet:"text,optional"`
			Other []byte `parquet:"other"`
			Name  string `parquet:"name,dict"`
		}
		w := parquet.NewGenericWriter[row](&b, parquet.MaxRowsPerRowGroup(37), parquet.PageBufferSize(256))
		for i, d := range documents {
			if _, err := w.Write([]row{{Class: int64(i % 2), Text: d.Text, Name: d.ID}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, compressed(t, b.Bytes(), name), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func compressed(t testing.TB, content []byte, name string) []byte {
	var b bytes.Buffer
	var w io.WriteCloser
	switch filepath.Ext(name) {
	case ".gz":
		w = gzip.NewWriter(&b)
	case ".zst":
		w, _ = zstd.NewWriter(&b)
	default:
		return content
	}
	_, err := w.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// quoted returns s as a string of JSON.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`).Replace(s) + `"`
}

var fields = corpus.Fields{Text: "text", ID: "name", Label: "class"}

// newRun returns a run over files whose output is in memory.
func newRun(t testing.TB, shards int, patterns ...string) *corpus.Run {
	t.Helper()
	in, err := corpus.Open(t.Context(), corpus.Folder{}, patterns, fields, 0)
	if err != nil {
		t.Fatal(err)
	}
	return &corpus.Run{
		Input: in, Store: &memory{files: map[string][]byte{}}, Output: "dir/out.jsonl", Shards: shards,
		Settings: map[string]string{"method": "letters"}, Explain: explainLetters,
	}
}

// onDisk has the output of r written to a folder of its own.
func onDisk(t testing.TB, r *corpus.Run) *corpus.Run {
	r.Store, r.Output = corpus.Folder{}, filepath.Join(t.TempDir(), "out.jsonl")
	return r
}

// results returns the rows and the dead letters that a run wrote.
func results(t testing.TB, r *corpus.Run) (rows, dead string) {
	t.Helper()
	return content(t, r.Store, r.Output), content(t, r.Store, corpus.DeadLetters(r.Output))
}

// content returns what a file holds, nothing where it is not there.
func content(t testing.TB, store corpus.Store, name string) string {
	t.Helper()
	f, err := store.Open(t.Context(), name)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// all runs all of r.
func all(t testing.TB, r *corpus.Run) *corpus.Manifest {
	t.Helper()
	m, err := r.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A memory keeps files in memory.
type memory struct {
	mu    sync.Mutex
	files map[string][]byte
}

type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

func (m *memory) Open(_ context.Context, name string) (corpus.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return memoryFile{bytes.NewReader(b)}, nil
}

func (m *memory) List(_ context.Context, pattern string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for name := range m.files {
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *memory) Remove(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, name)
	return nil
}

func (m *memory) Create(_ context.Context, name string) (corpus.Pending, error) {
	return &memoryPending{store: m, name: name}, nil
}

type memoryPending struct {
	bytes.Buffer
	store *memory
	name  string
}

func (p *memoryPending) Abort() {}

func (p *memoryPending) Commit() error {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	p.store.files[p.name] = p.Bytes()
	return nil
}
