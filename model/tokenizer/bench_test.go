package tokenizer

import (
	"strings"
	"testing"
)

const sentence = "A gripping, funny film: the plot is thin, but the acting is wonderful. "

func BenchmarkParse(b *testing.B) {
	for _, ref := range references {
		if ref.changes != nil {
			continue
		}
		b.Run(ref.name, func(b *testing.B) {
			data := readFile(b, ref.file)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("marian", func(b *testing.B) {
		folder := marianFolder(b)
		for b.Loop() {
			if _, err := Load(folder); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkEncode encodes one sentence, 70 KB of English, and 80 KB of all scripts.
func BenchmarkEncode(b *testing.B) {
	texts := []struct{ name, s string }{
		{"sentence", sentence},
		{"english", strings.Repeat(sentence, 1000)},
		{"strings", strings.Join(testStrings(b), "\n")},
	}
	toks := map[string]*Tokenizer{}
	for _, ref := range references {
		toks[ref.name] = loadReference(b, ref.file, ref.changes)
	}
	var err error
	if toks["marian"], err = Load(marianFolder(b)); err != nil {
		b.Fatal(err)
	}
	for name, tok := range toks {
		for _, text := range texts {
			b.Run(name+"/"+text.name, func(b *testing.B) {
				b.SetBytes(int64(len(text.s)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := tok.Encode(text.s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
