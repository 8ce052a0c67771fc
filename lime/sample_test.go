package lime

import (
	"math"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// TestDraw checks the distribution: sizes taken away are uniform from one to
// all, players are taken evenly, doubles are counted and the grand coalition leads.
func TestDraw(t *testing.T) {
	const players, total = 9, 90_001
	s := draw(players, total, 5)
	if got := s.rows.At(0).Size(); got != players || s.draws[0] != 1 {
		t.Errorf("row 0 has %d players and was drawn %v times", got, s.draws[0])
	}
	if s.rows.At(s.empty).Size() != 0 {
		t.Error("empty is not the row of ∅")
	}
	sizes, taken := make([]float64, players), make([]float64, players)
	sum, distinct := 0.0, map[uint64]bool{}
	for i, c := range s.rows.All() {
		sum += s.draws[i]
		distinct[c[0]] = true
		if i == 0 {
			continue
		}
		sizes[c.Size()] += s.draws[i]
		for p := range players {
			if !c.Has(p) {
				taken[p] += s.draws[i]
			}
		}
	}
	if sum != total || s.total != total || len(distinct) != s.rows.Len() {
		t.Errorf("%v draws of %d distinct coalitions in %d rows", sum, len(distinct), s.rows.Len())
	}
	for size, n := range sizes { // binomial, standard deviation 94
		if math.Abs(n-(total-1)/players) > 500 {
			t.Errorf("%v coalitions of %d players, want about %d", n, size, (total-1)/players)
		}
	}
	for p, n := range taken { // mean share (players+1)/2players = 5/9, standard deviation 149
		if math.Abs(n-(total-1)*5.0/9) > 800 {
			t.Errorf("player %d taken %v times, want about %v", p, n, (total-1)*5.0/9)
		}
	}
}

// TestDrawPairs: which players leave together is left to chance, too: of two
// taken out of four, each pair is as likely.
func TestDrawPairs(t *testing.T) {
	s := draw(4, 24_001, 6)
	pairs := map[uint64]float64{}
	for i, c := range s.rows.All() {
		if c.Size() == 2 {
			pairs[c[0]] += s.draws[i]
		}
	}
	if len(pairs) != 6 {
		t.Fatalf("%d pairs of 6", len(pairs))
	}
	for pair, n := range pairs { // binomial, standard deviation 31
		if math.Abs(n-1000) > 160 {
			t.Errorf("pair %04b left %v times, want about 1000", pair, n)
		}
	}
}

// TestEmptyIsAlwaysARow: ∅ is valued for the baseline without a part in the fit.
func TestEmptyIsAlwaysARow(t *testing.T) {
	s := draw(60, 3, 1)
	if s.rows.Len() != 4 || s.draws[s.empty] != 0 || s.total != 3 {
		t.Fatalf("%d rows, ∅ in row %d drawn %v times", s.rows.Len(), s.empty, s.draws[s.empty])
	}
	if s := draw(1, 10, 1); s.rows.Len() != 2 || s.draws[s.empty] != 9 {
		t.Errorf("one player: ∅ drawn %v times of 9", s.draws[s.empty])
	}
}

// TestCosine has the values that the kernel's definition gives.
func TestCosine(t *testing.T) {
	for kept, want := range map[int]float64{20: 1, 18: 0.979, 15: 0.866, 10: 0.503, 5: 0.135, 2: 0.024, 0: 3.35e-4} {
		c := explain.NewCoalition(20)
		c.Fill(kept)
		if got := Cosine(25)(c, 20); math.Abs(got-want) > 5e-4*max(want, 0.01) && math.Abs(got-want) > 5e-4 {
			t.Errorf("%d of 20: %v, want %v", kept, got, want)
		}
	}
	if got := Cosine(25)(explain.NewCoalition(0), 0); got != 1 {
		t.Errorf("no players: %v", got)
	}
}
