package text_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
)

// BenchmarkValue measures what a game adds to the model: masking, and knowing
// equal sequences, of a text of 90 words.
func BenchmarkValue(b *testing.B) {
	r := newReader(b)
	for _, masker := range []text.Masker{text.Replace{}, text.Collapse{}, text.Drop{}, text.Hide{}, text.Rewrite{}} {
		b.Run(masker.String(), func(b *testing.B) {
			g := must(b)(text.Options{Masker: masker}.NewGame(r, strings.Repeat("a gripping and unwatchable funny film , as ever . ", 9), &wide{outputs: 1}))
			rng := rand.New(rand.NewPCG(1, 2))
			batch := explain.NewCoalitions(g.Players(), 1024)
			for range 1024 {
				batch.Append(explain.NewCoalition(g.Players()))
			}
			dst := make([]float64, 1024)
			b.ReportAllocs()
			for b.Loop() {
				for _, c := range batch.All() {
					c[0] = rng.Uint64()
				}
				if err := g.Value(context.Background(), dst, batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1024, "ns/coalition")
		})
	}
}
