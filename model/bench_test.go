package model

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
)

// maskedCopies returns copies of a text of that many tokens, special ones
// included, a random half of the others masked in each.
func maskedCopies(tokens, copies int) []Sequence {
	r := rand.New(rand.NewPCG(1, uint64(tokens)))
	text := []int32{101}
	for len(text) < tokens-1 {
		text = append(text, 1996+r.Int32N(20000))
	}
	text = append(text, 102)
	seqs := make([]Sequence, copies)
	for i := range seqs {
		ids := append([]int32(nil), text...)
		for j := 1; j < tokens-1; j++ {
			if r.IntN(2) == 0 {
				ids[j] = 103
			}
		}
		seqs[i] = Sequence{IDs: ids}
	}
	return seqs
}

// BenchmarkForward runs 512 masked copies of a text through the built-in
// model: with everything, and with each saving switched off.
func BenchmarkForward(b *testing.B) {
	for _, off := range []string{"", "shared", "pruned"} {
		for _, tokens := range []int{16, 32, 64, 128, 256, 512} {
			name := fmt.Sprintf("T=%d", tokens)
			if off != "" {
				name = "without=" + off + "/" + name
			}
			b.Run(name, func(b *testing.B) {
				c := load(b, "pretrained", Options{})
				c.m.NoShared = off == "shared"
				c.m.NoPruned = off == "pruned"
				benchmarkLogits(b, c, maskedCopies(tokens, 512))
			})
		}
	}
}

// BenchmarkInt8 does the same in 8-bit integers.
func BenchmarkInt8(b *testing.B) {
	for _, tokens := range []int{16, 32, 64, 128, 256, 512} {
		b.Run(fmt.Sprintf("T=%d", tokens), func(b *testing.B) {
			benchmarkLogits(b, load(b, "pretrained", Options{Precision: Int8}), maskedCopies(tokens, 512))
		})
	}
}

// BenchmarkThreads shows what a second thread and more give.
func BenchmarkThreads(b *testing.B) {
	for _, threads := range []int{1, 2} {
		for _, sequences := range []int{1, 2, 3, 64} {
			b.Run(fmt.Sprintf("threads=%d/sequences=%d", threads, sequences), func(b *testing.B) {
				c := load(b, "pretrained", Options{Threads: threads})
				benchmarkLogits(b, c, maskedCopies(128, sequences))
			})
		}
	}
}

func benchmarkLogits(b *testing.B, c *Classifier, seqs []Sequence) {
	dst := make([]float32, len(seqs)*len(c.Labels()))
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Logits(context.Background(), dst, seqs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(seqs)*b.N)/b.Elapsed().Seconds(), "seq/s")
}

// loadDir is a folder to compare the times of loading by, such as those of the same
// weights in two kinds of file.
var loadDir = flag.String("load", "pretrained", "folder of the classifier that BenchmarkLoad loads")

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		c := load(b, *loadDir, Options{})
		_ = c.m.files.Weights.Close()
	}
}
