package explain

import (
	"iter"
	"math/bits"
)

// A Coalition is a set of players, a bit each: bit p%64 of word p/64 is set
// where player p is present. Coalitions of one game have equal lengths, so two
// of them are the same set exactly when slices.Equal says so.
type Coalition []uint64

// wordsFor returns the length of a Coalition of so many players.
func wordsFor(players int) int { return (players + 63) / 64 }

// NewCoalition returns the set of the players given, out of players.
func NewCoalition(players int, present ...int) Coalition {
	c := make(Coalition, wordsFor(players))
	for _, p := range present {
		c.Add(p)
	}
	return c
}

// Grand returns the coalition of all players.
func Grand(players int) Coalition {
	c := make(Coalition, wordsFor(players))
	c.Fill(players)
	return c
}

// Has reports whether player p is present.
func (c Coalition) Has(p int) bool { return c[p>>6]>>(p&63)&1 != 0 }

// Add makes player p present.
func (c Coalition) Add(p int) { c[p>>6] |= 1 << (p & 63) }

// Remove makes player p absent.
func (c Coalition) Remove(p int) { c[p>>6] &^= 1 << (p & 63) }

// Fill makes the first players players present and no other.
func (c Coalition) Fill(players int) {
	for w := range c {
		c[w] = ^uint64(0)
		if left := players - w<<6; left < 64 {
			// Bits beyond the last player stay zero: sizes, keys and equality rest
			// on that.
			c[w] = 1<<left - 1
		}
	}
}

// Size returns the number of players present.
func (c Coalition) Size() int {
	n := 0
	for _, w := range c {
		n += bits.OnesCount64(w)
	}
	return n
}

// Key returns a string that two coalitions of one game share exactly when they
// are the same set; maps know coalitions by it.
func (c Coalition) Key() string { return string(appendKey(nil, c)) }

// Complement makes c the set of those of players players that are absent from s.
// The two may be the same slice.
func (c Coalition) Complement(s Coalition, players int) {
	for w := range c {
		c[w] = ^s[w]
		if left := players - w<<6; left < 64 {
			c[w] &= 1<<left - 1
		}
	}
}

// Players yields the players present, in ascending order.
func (c Coalition) Players() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range c {
			for ; word != 0; word &= word - 1 {
				if !yield(w<<6 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}
