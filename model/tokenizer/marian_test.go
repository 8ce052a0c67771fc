package tokenizer

import (
	"os"
	"path/filepath"
	"testing"
)

// marianFolder unpacks a Marian model's tokenizer, whose target side is the source side again.
func marianFolder(t testing.TB) string {
	folder := t.TempDir()
	for name, packed := range map[string]string{
		"source.spm": "testdata/marian.spm.gz",
		"target.spm": "testdata/marian.spm.gz",
		"vocab.json": "testdata/marian.vocab.json.gz",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), readFile(t, packed), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestMarianReference(t *testing.T) {
	folder := marianFolder(t)
	for side, load := range map[string]func(string) (*Tokenizer, error){"source": Load, "target": LoadTarget} {
		t.Run(side, func(t *testing.T) {
			tok, err := load(folder)
			if err != nil {
				t.Fatal(err)
			}
			texts := testStrings(t)
			var want golden
			readJSON(t, "testdata/marian.golden.json.gz", &want)
			compareTexts(t, tok, texts, &want)
			comparePairs(t, tok, texts, &want)
			compareDigests(t, tok, randomStrings(t), want.Random)
			compareDecoded(t, tok, &want)
			for _, w := range want.Decoded {
				for k, text := range w.Texts {
					if have := tok.Decode(w.IDs, k == 1); have != text {
						t.Errorf("Decode(%v, %v)\nhave %q\nwant %q", spell(tok, w.IDs), k == 1, have, text)
					}
				}
			}
		})
	}
}
