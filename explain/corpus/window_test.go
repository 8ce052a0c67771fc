package corpus_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
)

// frame returns text as a frame of Zstandard that may reach so far back as 2 to a
// power of bytes, and is not packed at all.
func frame(power int, text string) []byte {
	b := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, byte(power-10) << 3}
	for len(text) > 0 {
		n := min(len(text), 100_000)
		b = append(b, binary.LittleEndian.AppendUint32(nil, uint32(n)<<3)[:3]...)
		b, text = append(b, text[:n]...), text[n:]
	}
	return append(b, 1, 0, 0)
}

// again is a store that counts how many files are open for the second time.
type again struct {
	corpus.Folder
	mu         sync.Mutex
	times      map[string]int
	open, most int
}

type againFile struct {
	corpus.File
	close func()
}

func (f *againFile) Close() error {
	f.close()
	return f.File.Close()
}

func (s *again) Open(ctx context.Context, name string) (corpus.File, error) {
	f, err := s.Folder.Open(ctx, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.times[name]++
	if s.times[name] == 1 || err != nil {
		return f, err
	}
	s.open++
	s.most = max(s.most, s.open)
	defer runtime.Gosched() // so that others meet it
	return &againFile{f, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.open--
	}}, nil
}

// TestWideWindows: files that reach far back, and so need much memory, are opened one
// at a time, and read as others are.
func TestWideWindows(t *testing.T) {
	dir := t.TempDir()
	store := &again{times: map[string]int{}}
	var names, want []string
	for i := range 12 {
		extension, head, row := ".jsonl", "", fmt.Sprintf(`{"text": "number %d"}`, i)
		if i%2 > 0 { // told by what the second frame holds to have quotes
			extension, head, row = ".tsv", "text\tlabel\n"+strings.Repeat("many\t1\n", 50_000), fmt.Sprintf("\"number\t%d\"\t1", i)
		}
		for range strings.Count(head, "many") {
			want = append(want, "many")
		}
		want = append(want, strings.ReplaceAll(fmt.Sprintf("number %d", i), " ", map[string]string{".jsonl": " ", ".tsv": "\t"}[extension]))
		names = append(names, filepath.Join(dir, fmt.Sprintf("%02d%s.zst", i, extension)))
		if err := os.WriteFile(names[i], append(frame(20, head), frame(27, row+"\n")...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, err := corpus.Open(t.Context(), store, names, corpus.Fields{Text: "text"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if store.most != 1 || store.open != 0 {
		t.Errorf("%d files of wide windows were open at a time, %d still are", store.most, store.open)
	}
	i := 0
	for d, err := range in.Documents(t.Context()) {
		if err != nil || d.Text != want[i] {
			t.Fatalf("document %d is %q, want %q (%v)", i, d.Text, want[i], err)
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%d documents, want %d", i, len(want))
	}
}
