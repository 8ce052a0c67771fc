package tokenizer

import (
	"strings"
	"testing"
)

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
}

func BenchmarkEncode(b *testing.B) {
	text := strings.Join(testStrings(b), "\n")
	english := strings.Repeat("A gripping, funny film: the plot is thin, but the acting is wonderful. ", 1000)
	for _, ref := range references {
		tok := loadReference(b, ref.file, ref.changes)
		for name, s := range map[string]string{"strings": text, "english": english} {
			b.Run(ref.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(s)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := tok.Encode(s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
