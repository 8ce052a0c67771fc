package shap

import (
	"math"
	"testing"
)

func TestSamplerDrawsEveryPairOnce(t *testing.T) {
	for n := range 11 {
		s := newSampler(n, 3, kernelMass)
		seen := map[uint64]bool{}
		for {
			c, class, ok := s.next()
			if !ok {
				break
			}
			if size := c.Size(); size != s.classes[class].size || 2*size > n || 2*size == n && !c.Has(0) {
				t.Fatalf("%d players: %x of size %d from the class of %d", n, c[0], size, s.classes[class].size)
			}
			if seen[c[0]] {
				t.Fatalf("%d players: %x is drawn twice", n, c[0])
			}
			seen[c[0]] = true
		}
		if want := max(0, 1<<n/2-1); len(seen) != want {
			t.Errorf("%d players: %d pairs, want %d", n, len(seen), want)
		}
	}
}

// TestSamplerExpects: the number of pairs that a class is expected to have is
// the mean over seeds, and all pairs of a class are equally likely.
func TestSamplerExpects(t *testing.T) {
	const n, pairs, seeds = 8, 40, 4000
	mean := make([]float64, n/2)
	var expected []float64
	hits := map[uint64]float64{}
	for seed := range uint64(seeds) {
		s := newSampler(n, seed, kernelMass)
		for range pairs {
			c, _, _ := s.next()
			hits[c[0]]++
		}
		for i, c := range s.classes {
			mean[i] += float64(c.drawn) / seeds
		}
		if seed == 0 {
			expected = s.expected()
		}
	}
	for i, m := range mean {
		if math.Abs(m-expected[i]) > 0.5 {
			t.Errorf("size %d: %v pairs on average, expected %v", i+1, m, expected[i])
		}
	}
	for set, count := range hits {
		c := newSampler(n, 0, kernelMass).classes
		size := 0
		for b := set; b != 0; b &= b - 1 {
			size++
		}
		p := mean[size-1] / c[size-1].count
		if sd := math.Sqrt(seeds * p * (1 - p)); math.Abs(count-seeds*p) > 5*sd+1e-9 {
			t.Errorf("pair %b is drawn %v times, want %v ± %v", set, count, seeds*p, sd)
		}
	}
}

func TestSamplerTakesThousandsOfPlayers(t *testing.T) {
	const n, pairs = 3000, 500
	s := newSampler(n, 1, kernelMass)
	seen := map[string]bool{}
	for range pairs {
		c, _, ok := s.next()
		if !ok || c.Size() > n/2 {
			t.Fatalf("pair of size %d, %v", c.Size(), ok)
		}
		seen[c.Key()] = true
	}
	sum := 0.0
	for _, e := range s.expected() {
		sum += e
	}
	if len(seen) != pairs || math.Abs(sum-pairs) > 1e-6 {
		t.Errorf("%d distinct pairs, %v expected, want %d", len(seen), sum, pairs)
	}
}
