package bucket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/corpus/bucket"
)

// newStore returns a store whose S3 and Google are servers in this process, each with
// a bucket "corpus".
func newStore(t *testing.T) *bucket.Store {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("corpus"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := backend.HeadObject("corpus", strings.TrimPrefix(r.URL.Path, "/corpus/"))
		switch {
		// What the fake lacks: objects of no bytes, parts that come in pieces, conditions of parts joined.
		case r.Method == http.MethodPut && r.Header.Get("Content-Length") == "":
			r.Header.Set("Content-Length", "0")
		case r.Method == http.MethodPut && r.FormValue("partNumber") != "":
			content := pieces(r.Body)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
		case r.Method == http.MethodPost && r.Header.Get("If-None-Match") == "*" && err == nil:
			w.WriteHeader(http.StatusPreconditionFailed)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "us-east-1")
	newGoogle(t)
	return &bucket.Store{}
}

// pieces joins what comes in pieces with their lengths before them.
func pieces(r io.Reader) (content []byte) {
	rest, _ := io.ReadAll(r)
	for {
		var head []byte
		head, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		length, _, _ := bytes.Cut(head, []byte(";"))
		n, _ := strconv.ParseInt(string(length), 16, 64)
		if n == 0 {
			return content
		}
		content, rest = append(content, rest[:n]...), rest[n+2:]
	}
}

func put(t *testing.T, s corpus.Store, name, content string) error {
	t.Helper()
	p, err := s.Create(t.Context(), name)
	if err != nil {
		return err
	}
	defer p.Abort()
	if _, err := io.WriteString(p, content); err != nil {
		return err
	}
	return p.Commit()
}

func get(t *testing.T, s corpus.Store, name string) string {
	t.Helper()
	f, err := s.Open(t.Context(), name)
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

// TestStore: an object store keeps what [corpus.Store] promises, and so does the
// file system under the same type.
func TestStore(t *testing.T) {
	s := newStore(t)
	for _, root := range []string{"s3://corpus/dir", "gs://corpus/dir", "file://" + t.TempDir(), t.TempDir()} {
		for name, content := range map[string]string{"/a.jsonl": "one", "/b.jsonl": strings.Repeat("two", 1<<17), "/b.json": ""} {
			if err := put(t, s, root+name, content); err != nil {
				t.Fatal(err)
			}
			if got := get(t, s, root+name); got != content {
				t.Errorf("%s%s holds %d bytes", root, name, len(got))
			}
		}
		names, err := s.List(t.Context(), root+"/*.jsonl")
		if err != nil || len(names) != 2 || !strings.HasSuffix(names[0], "/a.jsonl") || !strings.HasSuffix(names[1], "/b.jsonl") {
			t.Errorf("%s has %v (%v)", root, names, err)
		}
		if err := put(t, s, root+"/a.jsonl", "three"); err != nil || get(t, s, root+"/a.jsonl") != "three" {
			t.Errorf("%s: a file was not replaced (%v)", root, err)
		}
		for range 2 {
			if err := s.Remove(t.Context(), root+"/a.jsonl"); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Open(t.Context(), root+"/a.jsonl"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: removed, but %v", root, err)
		}
	}
	for _, name := range []string{"s3://corpus", "gs://corpus/"} {
		if _, err := s.Open(t.Context(), name); err == nil {
			t.Errorf("%s was opened as an object", name)
		}
	}
}

// objectStores are the roots of names in object stores.
var objectStores = []string{"s3://corpus/", "gs://corpus/"}

// TestTwoWriters: of two that write an object at the same time, the second one is
// content with its own bytes and refuses to replace others.
func TestTwoWriters(t *testing.T) {
	s := newStore(t)
	for _, root := range objectStores {
		for _, before := range []string{"", "older"} {
			name := root + before + "x"
			if before != "" {
				if err := put(t, s, name, before); err != nil {
					t.Fatal(err)
				}
			}
			begin := func(content string) corpus.Pending {
				p, err := s.Create(t.Context(), name)
				if err == nil {
					_, err = io.WriteString(p, content)
				}
				if err != nil {
					t.Fatal(err)
				}
				return p
			}
			first, same, other, longer := begin("bytes"), begin("bytes"), begin("other"), begin("bytes and more")
			if err := errors.Join(first.Commit(), same.Commit()); err != nil {
				t.Errorf("%s: the same bytes twice: %v", name, err)
			}
			for _, p := range []corpus.Pending{other, longer} {
				if err := p.Commit(); err == nil || !strings.Contains(err.Error(), name+": somebody else") {
					t.Errorf("%s: other bytes: %v", name, err)
				}
			}
			if got := get(t, s, name); got != "bytes" {
				t.Errorf("%s holds %q", name, got)
			}
		}
	}
}

// TestLong: an object that is sent in several requests arrives whole, and is not
// written over that of somebody else.
func TestLong(t *testing.T) {
	s := newStore(t)
	content := strings.Repeat("0123456789abcde\n", 1<<21) + "."
	for _, root := range objectStores {
		p, err := s.Create(t.Context(), root+"long")
		if err != nil {
			t.Fatal(err)
		}
		if err := put(t, s, root+"long", content); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(p, content+"."); err != nil {
			t.Fatal(err)
		}
		if err := p.Commit(); err == nil || !strings.Contains(err.Error(), "somebody else") {
			t.Errorf("%s: somebody else's was written over (%v)", root, err)
		}
		if get(t, s, root+"long") != content {
			t.Errorf("%s: something else arrived", root)
		}
	}
}

// TestReplaced: an object is read as it was when it was opened, or not at all.
func TestReplaced(t *testing.T) {
	s := newStore(t)
	for _, root := range objectStores {
		if err := put(t, s, root+"x", "before"); err != nil {
			t.Fatal(err)
		}
		f, err := s.Open(t.Context(), root+"x")
		if err != nil {
			t.Fatal(err)
		}
		if err := put(t, s, root+"x", "afterwards"); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 6)
		if n, err := f.ReadAt(b, 0); err == nil || !strings.Contains(err.Error(), root+"x: ") {
			t.Errorf("%sx: %q (%v)", root, b[:n], err)
		}
	}
}

// TestCorpus: a corpus whose input and output are in a bucket comes out as one on
// disk does.
func TestCorpus(t *testing.T) {
	s := newStore(t)
	for _, root := range objectStores {
		t.Run(root[:2], func(t *testing.T) { testCorpus(t, s, root) })
	}
}

func testCorpus(t *testing.T, s *bucket.Store, root string) {
	content := "id\ttext\n" + strings.Repeat("a\tsome words\nb\t\nc\tmore\n", 50)
	file := filepath.Join(t.TempDir(), "in.tsv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := put(t, s, root+"data/in-1.tsv", content); err != nil {
		t.Fatal(err)
	}
	explained := 0
	run := func(input, output string, shards int) *corpus.Run {
		in, err := corpus.Open(t.Context(), s, []string{input}, corpus.Fields{Text: "text", ID: "id"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		return &corpus.Run{Input: in, Store: s, Output: output, Shards: shards, Documents: 1,
			Explain: func(_ context.Context, d corpus.Document) (*explain.Explanation, error) {
				explained++
				if d.Text == "" {
					return nil, errors.New("empty")
				}
				return &explain.Explanation{Index: explain.SV, Baseline: []float64{0}, Full: []float64{float64(len(d.Text))}}, nil
			}}
	}
	plain := filepath.Join(t.TempDir(), "out.jsonl")
	if _, err := run(file, plain, 1).All(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := run(root+"data/in-*.tsv", root+"out/why.jsonl", 4)
	if _, err := r.Shard(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	explained = 0
	if _, err := r.All(t.Context()); err != nil {
		t.Fatal(err)
	}
	if explained == 150 {
		t.Error("a part that was there was made again")
	}
	if got := get(t, s, root+"out/why.jsonl"); got != get(t, s, plain) {
		t.Errorf("the bucket holds\n%s", got)
	}
	if got := strings.ReplaceAll(get(t, s, root+"out/why.dead.jsonl"), root+"data/in-1.tsv", file); got != get(t, s, corpus.DeadLetters(plain)) {
		t.Errorf("dead letters are\n%s", got)
	}
	left, err := s.List(t.Context(), root+"out/*")
	want := []string{root + "out/why.dead.jsonl", root + "out/why.jsonl", root + "out/why.jsonl.manifest.json"}
	if err != nil || !slices.Equal(left, want) {
		t.Errorf("the bucket has %v (%v)", left, err)
	}
	if inner, err := s.List(t.Context(), root+"out/why.jsonl.parts/*"); err != nil || len(inner) > 0 {
		t.Errorf("parts are left: %v (%v)", inner, err)
	}
}
