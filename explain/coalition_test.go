package explain_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// Sizes on both sides of a word's end.
var sizes = []int{0, 1, 2, 63, 64, 65, 127, 128, 129, 300}

func TestCoalitionAgainstBools(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range sizes {
		c, want := explain.NewCoalition(n), make([]bool, n)
		for range 3 * n {
			p := r.IntN(n)
			if want[p] = r.IntN(2) == 0; want[p] {
				c.Add(p)
			} else {
				c.Remove(p)
			}
		}
		var players []int
		for p, present := range want {
			if present {
				players = append(players, p)
			}
			if c.Has(p) != present {
				t.Fatalf("%d players: Has(%d) = %v", n, p, !present)
			}
		}
		if got := slices.Collect(c.Players()); !slices.Equal(got, players) {
			t.Errorf("%d players: Players() = %v, want %v", n, got, players)
		}
		if c.Size() != len(players) {
			t.Errorf("%d players: Size() = %d, want %d", n, c.Size(), len(players))
		}
		if again := explain.NewCoalition(n, players...); !slices.Equal(again, c) {
			t.Errorf("%d players: NewCoalition(%v) = %x, want %x", n, players, again, c)
		}
	}
}

func TestComplement(t *testing.T) {
	for _, n := range sizes {
		all, none := explain.Grand(n), explain.NewCoalition(n)
		if all.Size() != n {
			t.Errorf("Grand(%d) has %d players", n, all.Size())
		}
		got := slices.Clone(all)
		got.Complement(got, n)
		if !slices.Equal(got, none) {
			t.Errorf("%d players: complement of the grand coalition = %x", n, got)
		}
		got.Complement(none, n)
		if !slices.Equal(got, all) {
			t.Errorf("%d players: complement of the empty coalition = %x", n, got)
		}
	}
}

func TestCoalitionsRows(t *testing.T) {
	for _, n := range sizes {
		b := explain.NewCoalitions(n, 1)
		for i := range 5 {
			c := explain.NewCoalition(n)
			if n > 0 {
				c.Add(i % n)
			}
			b.Append(c)
		}
		if b.Len() != 5 || b.Players() != n {
			t.Fatalf("%d players: Len, Players = %d, %d", n, b.Len(), b.Players())
		}
		part := b.Slice(2, 4)
		for i, c := range part.All() {
			if !slices.Equal(c, b.At(2+i)) {
				t.Errorf("%d players: row %d of the slice differs", n, i)
			}
		}
		if b.Reset(); b.Len() != 0 {
			t.Errorf("%d players: %d rows after Reset", n, b.Len())
		}
	}
}

func TestIndexNames(t *testing.T) {
	for i := explain.SV; i <= explain.Fourier; i++ {
		text, err := i.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back explain.Index
		if err := back.UnmarshalText(text); err != nil || back != i {
			t.Errorf("%s read back is %v (%v)", text, back, err)
		}
	}
	if err := new(explain.Index).UnmarshalText([]byte("shapley")); err == nil {
		t.Error("an unknown index was accepted")
	}
}
