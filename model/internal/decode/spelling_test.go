package decode

import (
	"compress/gzip"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/whence-xai/whence/model/tokenizer"
)

func zippedTokenizer(t *testing.T, name string) *tokenizer.Tokenizer {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "tokenizer", "testdata", name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := tokenizer.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// spelled returns the pieces of tokens, the first few being a prompt.
func spelled(tok *tokenizer.Tokenizer, ids []int32, prompt int) []string {
	s := NewSpelling(func(ids []int32) string { return tok.Decode(ids, true) }, ids[:prompt])
	var pieces []string
	for i, id := range ids[prompt:] {
		pieces = append(pieces, s.Add(id, prompt+i+1 == len(ids)))
	}
	return pieces
}

// TestPiecesAddUp: pieces are whole characters, and together the text.
func TestPiecesAddUp(t *testing.T) {
	texts := []string{
		"Hello, world! It's a  test.\n\nNew line", "naïve café — déjà vu", "日本語のテキスト、中文。", "👍🏽 emoji 👩‍👩‍👧 family", "mixed Ω≈ç√∫ русский العربية", " leading", "a",
	}
	for _, name := range []string{"gpt2_real", "roberta", "llama2", "t5", "unigram_nfkc"} {
		tok := zippedTokenizer(t, name)
		for _, text := range texts {
			e, err := tok.Encode(text)
			if err != nil {
				t.Fatal(err)
			}
			pieces := spelled(tok, e.IDs, 0)
			if got, want := strings.Join(pieces, ""), tok.Decode(e.IDs, true); got != want {
				t.Errorf("%s: pieces make %q, want %q", name, got, want)
			}
			for _, p := range pieces {
				if !utf8.ValidString(p) || strings.ContainsRune(p, utf8.RuneError) {
					t.Errorf("%s: %q breaks a character of %q", name, p, text)
				}
			}
			// What goes on behind a prompt is what the two together have more.
			prompt := len(e.IDs) / 2
			if before := tok.Decode(e.IDs[:prompt], true); !strings.ContainsRune(before, utf8.RuneError) {
				if got, want := before+strings.Join(spelled(tok, e.IDs, prompt), ""), tok.Decode(e.IDs, true); got != want {
					t.Errorf("%s: prompt and pieces make %q, want %q", name, got, want)
				}
			}
		}
	}
}

// TestPiecesOfAnything: tokens that no text has lose nothing either.
func TestPiecesOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, name := range []string{"gpt2_real", "llama2"} {
		tok := zippedTokenizer(t, name)
		for range 200 {
			var ids []int32
			for range 30 {
				ids = append(ids, int32(r.IntN(tok.Size())))
			}
			got := strings.Join(spelled(tok, ids, 0), "")
			if want := tok.Decode(ids, true); letters(got) != letters(want) || !utf8.ValidString(got) {
				t.Fatalf("%s: pieces of %v make\n%q, want\n%q", name, ids, got, want)
			}
		}
	}
}

// letters returns text without marks of bytes that are none, of which there are
// as many as the bytes that are decoded together.
func letters(text string) string { return strings.ReplaceAll(text, string(utf8.RuneError), "") }
