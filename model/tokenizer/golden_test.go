package tokenizer

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// golden is what testdata/golden.py writes.
type golden struct {
	IDs   [][]int32
	Spans [][]int
	Pairs []struct {
		IDs     []int32
		Types   []int32
		Special []int
		Spans   []int
	}
	Random []string
	Texts  [][2]string

	Decoded []struct { // Marian only
		IDs   []int32
		Texts [2]string
	}
}

// references are the tokenizers compared with the reference. Several differ from another in a few settings only,
// which are changed here rather than the file kept twice.
var references = []struct {
	name, file string
	changes    []string // old, new, old, new …
}{
	{name: "bert_uncased", file: "../pretrained/tokenizer.json"},
	{name: "bert_cased", file: "../pretrained/tokenizer.json", changes: []string{`"lowercase":true`, `"lowercase":false`}},
	{name: "gpt2", file: "testdata/gpt2.json.gz"},
	{name: "gpt2_real", file: "testdata/gpt2_real.json.gz"},
	{name: "roberta", file: "testdata/roberta.json.gz"},
	{name: "llama2", file: "testdata/llama2.json.gz"},
	{name: "t5", file: "testdata/t5.json.gz"},
	{name: "xlmr", file: "testdata/t5.json.gz", changes: []string{
		`=="}]},"pre_tokenizer":`, `=="},{"type":"Strip","strip_left":false,"strip_right":true},` +
			`{"type":"Replace","pattern":{"Regex":" {2,}"},"content":"▁"}]},"pre_tokenizer":`,
		`{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁",` +
			`"prepend_scheme":"always","split":true}]}`,
		`{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}`,
	}},
	{name: "unigram_nfkc", file: "testdata/unigram_nfkc.json.gz"},
}

func TestReference(t *testing.T) {
	texts := testStrings(t)
	for _, ref := range references {
		t.Run(ref.name, func(t *testing.T) {
			t.Parallel()
			tok := loadReference(t, ref.file, ref.changes)
			var want golden
			readJSON(t, "testdata/"+ref.name+".golden.json.gz", &want)
			if len(want.IDs) != len(texts) {
				t.Fatalf("golden file has %d texts, the list %d", len(want.IDs), len(texts))
			}
			compareTexts(t, tok, texts, &want)
			comparePairs(t, tok, texts, &want)
			compareDigests(t, tok, randomStrings(t), want.Random)
			compareDecoded(t, tok, &want)
		})
	}
}

func compareTexts(t *testing.T, tok *Tokenizer, texts []string, want *golden) {
	wrongIDs, wrongSpans := 0, 0
	for i, s := range texts {
		e, err := tok.Encode(s)
		if err != nil {
			t.Fatalf("Encode(%q): %v", s, err)
		}
		if !slices.Equal(e.IDs, want.IDs[i]) {
			if wrongIDs++; wrongIDs <= 5 {
				t.Errorf("ids of %q:\nhave %v\nwant %v", s, spell(tok, e.IDs), spell(tok, want.IDs[i]))
			}
		} else if spans := absolute(want.Spans[i]); !slices.Equal(e.Spans, spans) {
			if wrongSpans++; wrongSpans <= 5 {
				t.Errorf("spans of %q %v:\nhave %v\nwant %v", s, spell(tok, e.IDs), e.Spans, spans)
			}
		}
	}
	if wrongIDs+wrongSpans > 0 {
		t.Errorf("of %d texts %d have wrong ids, %d more wrong spans", len(texts), wrongIDs, wrongSpans)
	}
}

func comparePairs(t *testing.T, tok *Tokenizer, texts []string, want *golden) {
	for i, w := range want.Pairs {
		first, second := texts[16*i], texts[16*i+1]
		e, err := tok.EncodePair(first, second)
		if err != nil {
			t.Fatalf("EncodePair(%q, %q): %v", first, second, err)
		}
		special := make([]int, len(e.Special))
		for k, s := range e.Special {
			if s {
				special[k] = 1
			}
		}
		if !slices.Equal(e.IDs, w.IDs) || !slices.Equal(e.Types, w.Types) || !slices.Equal(special, w.Special) ||
			!slices.Equal(e.Spans, absolute(w.Spans)) {
			t.Errorf("EncodePair(%q, %q)\nhave %v\nwant %v", first, second, *e, w)
		}
	}
}

func compareDecoded(t *testing.T, tok *Tokenizer, want *golden) {
	for i, w := range want.Texts {
		for k, text := range w {
			if have := tok.Decode(want.IDs[8*i], k == 1); have != text {
				t.Errorf("Decode(%v, %v)\nhave %q\nwant %q", spell(tok, want.IDs[8*i]), k == 1, have, text)
			}
		}
	}
}

func spell(tok *Tokenizer, ids []int32) []string {
	var s []string
	for _, id := range ids {
		s = append(s, tok.Token(id))
	}
	return s
}

// absolute undoes the differences of golden.py.
func absolute(deltas []int) []Span {
	spans := make([]Span, 0, len(deltas)/2)
	end := 0
	for i := 0; i < len(deltas); i += 2 {
		start := end + deltas[i]
		end = start + deltas[i+1]
		spans = append(spans, Span{start, end})
	}
	return spans
}

func testStrings(t testing.TB) []string {
	var list []struct{ S string }
	readJSON(t, "testdata/strings.json.gz", &list)
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = list[i].S
	}
	return texts
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	if err := json.Unmarshal(readFile(t, path), v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// readFile reads a file, unpacking one whose name ends in .gz.
func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(path, ".gz") {
		return data
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if data, err = io.ReadAll(z); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return data
}

// loadReference parses a tokenizer file after some settings in it are changed.
func loadReference(t testing.TB, path string, changes []string) *Tokenizer {
	t.Helper()
	data := string(readFile(t, path))
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(data, changes[i]) {
			t.Fatalf("%s has no %s to change", path, changes[i])
		}
		data = strings.Replace(data, changes[i], changes[i+1], 1)
	}
	tok, err := Parse([]byte(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return tok
}

// TestWords: the words are those of the reference's word_ids, by number from 0
// as they come.
func TestWords(t *testing.T) {
	for name, want := range map[string][]int32{
		"bert_uncased": {-1, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, -1},
		"gpt2_real":    {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 7},
		"roberta":      {-1, 0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 5, 6, 6, 7, -1},
		"llama2":       {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		for _, ref := range references {
			if ref.name != name {
				continue
			}
			e, err := loadReference(t, ref.file, ref.changes).Encode("Unbelievably, it's Café [SEP].")
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(e.Words, want) {
				t.Errorf("%s: words %v, want %v", name, e.Words, want)
			}
		}
	}
}
