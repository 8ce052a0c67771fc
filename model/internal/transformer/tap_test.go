package transformer

import (
	"math"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// TestTap: what a tap is shown equals the formulas, and shown or not the
// outputs have the same bits.
func TestTap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 12, 1)
		want := s.forward(t)
		var lock sync.Mutex
		hidden := map[[2]int][]float32{}
		sums, cross, values := map[[3]int]float64{}, map[[3]int]float64{}, map[[2]int]int{}
		add := func(sums map[[3]int]float64) func(block, head, token int, weights []float32) {
			return func(block, head, token int, weights []float32) {
				lock.Lock()
				defer lock.Unlock()
				for _, v := range weights {
					sums[[3]int{block, head, token}] += float64(v)
				}
			}
		}
		s.batch.Tap = &Tap{
			Hidden: func(block, token int, row []float32) {
				lock.Lock()
				defer lock.Unlock()
				hidden[[2]int{block, token}] = slices.Clone(row)
			},
			Values: func(block, token int, row []float32) {
				lock.Lock()
				defer lock.Unlock()
				values[[2]int{block, token}] = len(row)
			},
			Attention: add(sums), Cross: add(cross),
		}
		sameBits(t, "with a tap", s.forward(t), want)
		for i := range s.batch.Len() {
			lo, hi := s.batch.sequence(i)
			_, rows := s.plain(s.batch, i, s.sources)
			for block, rows := range rows {
				for j, row := range rows {
					for k, want := range row {
						if got := hidden[[2]int{block, lo + j}]; len(got) != len(row) || !near(got[k], want) {
							t.Fatalf("block %d token %d: hidden %v, want %v", block, lo+j, got, row)
						}
					}
				}
			}
			for token := lo; token < hi; token++ {
				for block := range s.Blocks {
					for h := range s.Heads {
						if got := sums[[3]int{block, h, token}]; math.Abs(got-1) > 1e-5 {
							t.Fatalf("block %d head %d token %d: weights that sum to %v", block, h, token, got)
						}
						if got := cross[[3]int{block, h, token}]; s.Blocks[block].Cross != nil && math.Abs(got-1) > 1e-5 {
							t.Fatalf("block %d head %d token %d: weights of the source that sum to %v", block, h, token, got)
						}
					}
					if got := values[[2]int{block, token}]; got != s.keyHeads()*s.headSize() {
						t.Fatalf("block %d token %d: %d values", block, token, got)
					}
				}
			}
		}
		// The head is that of the pass.
		rows := hidden[[2]int{len(s.Blocks), int(s.reads()[0])}]
		got := make([]float32, s.Outputs())
		s.Predict(got, rows, 1)
		sameBits(t, "the head alone", got, want[:s.Outputs()])
	})
}
