package transformer

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestForwardEqualsPlain compares with the formulas in float64, for shapes that
// fill no panel, no tile and no block of rows.
func TestForwardEqualsPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 12, 1)
		s.Threads = rapid.IntRange(1, 3).Draw(t, "threads")
		got, n := s.forward(t), s.Outputs()
		for i, token := range s.reads() {
			sequence := s.sequenceOf(token)
			outputs, _ := s.plain(s.batch, sequence, s.sources)
			for j, want := range outputs[token-s.batch.Starts[sequence]] {
				if v := got[i*n+j]; !near(v, want) {
					t.Fatalf("token %d output %d: %v, want %v", token, j, v, want)
				}
			}
		}
	})
}

// TestSameBits: a sequence's bits are the same alone and in any batch, by any
// number of threads, with any saving, in any chunks.
func TestSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t, 150, 3)
		n := s.Outputs()
		s.Threads, s.NoPrefixes, s.NoPruned, s.NoShared = 1, true, true, true
		want := s.alone(t)
		for threads := 1; threads <= 3; threads++ {
			for _, off := range []string{"nothing", "prefixes", "pruned", "shared"} {
				s.Threads, s.Tokens = threads, rapid.IntRange(0, 300).Draw(t, "bound")
				s.NoPrefixes, s.NoPruned, s.NoShared = off == "prefixes", off == "pruned", off == "shared"
				sameBits(t, fmt.Sprintf("%d threads without %s", threads, off), s.forward(t), want)
			}
		}
		got := make([]float32, len(want))
		if err := s.Each(t.Context(), s.batch, func(i int, outputs []float32) { copy(got[i*n:], outputs) }); err != nil {
			t.Fatal(err)
		}
		sameBits(t, "each", got, want)
	})
}

// alone returns what is read of every sequence computed by itself.
func (s *scene) alone(t fataler) []float32 {
	n := s.Outputs()
	want := make([]float32, s.batch.Rows()*n)
	for i := range s.batch.Len() {
		lo, hi := s.batch.sequence(i)
		b := &Batch{
			Tokens: s.batch.Tokens[lo:hi], Positions: s.batch.Positions[lo:hi], Types: s.batch.Types[lo:hi],
			Starts: []int32{0, int32(hi - lo)}, Memory: s.batch.Memory,
		}
		if b.Memory != nil {
			b.Sources = s.batch.Sources[i : i+1]
		}
		for j, token := range s.reads() {
			if s.sequenceOf(token) != i {
				continue
			}
			b.Read = []int32{token - int32(lo)}
			if err := s.Forward(context.Background(), want[j*n:][:n], b); err != nil {
				t.Fatal(err)
			}
		}
	}
	return want
}

// TestLongSequence: more keys than a block of rows, and more scores than are
// held at a time.
func TestLongSequence(t *testing.T) {
	for _, causal := range []bool{false, true} {
		p := newPlainModel(1, shape{heads: 2, keyHeads: 2, size: 16, width: 32, inner: 40, blocks: 2, causal: causal, after: true}, 2)
		b := &Batch{}
		b.Reset()
		for i := range positions {
			b.Add(int32(i*7%vocabulary), int32(i), 0)
		}
		b.Wanted()
		b.End()
		got := make([]float32, p.Outputs())
		if err := p.Forward(t.Context(), got, b); err != nil {
			t.Fatal(err)
		}
		outputs, _ := p.plain(b, 0, nil)
		for j, want := range outputs[positions-1] {
			if math.Abs(float64(got[j])-want) > 1e-4 {
				t.Errorf("causal %v: output %d: %v, want %v", causal, j, got[j], want)
			}
		}
	}
}
