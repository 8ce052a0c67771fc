package similarity

import (
	"context"
	"math/bits"
	"slices"
)

// window is how many sequences are sorted at a time, about.
const window = 1 << 20

// grams are the sequences of n items of a text, as hashes: among so many that a
// text has, two that differ have one hash so seldom that it need not be told.
type grams[T rune | uint64] struct {
	items  []T
	n      int
	hashes []uint64 // of the sequence that begins at each place
}

// longer makes the sequences longer by an item.
func (g *grams[T]) longer() {
	if g.n == 0 {
		g.hashes = make([]uint64, len(g.items))
	}
	g.n++
	g.hashes = g.hashes[:max(0, len(g.items)-g.n+1)]
	for i := range g.hashes {
		g.hashes[i] = extend(g.hashes[i], uint64(g.items[i+g.n-1]))
	}
}

// appendPart appends the hashes of one of so many parts, which are about equal.
func (g *grams[T]) appendPart(dst []uint64, part, parts uint64) []uint64 {
	for _, h := range g.hashes {
		// The high word of h · parts is ⌊h · parts / 2⁶⁴⌋: equal ranges of the
		// hashes.
		if at, _ := bits.Mul64(h, parts); at == part {
			dst = append(dst, h)
		}
	}
	return dst
}

// matches calls do for sequences of 1, 2, … up to n items, with how many of the
// answer are in the original, each as often as it is there at most, and how many
// there are in both.
func matches[T rune | uint64](ctx context.Context, answer, original []T, n int, do func(both, inAnswer, inOriginal int)) error {
	a, o := grams[T]{items: answer}, grams[T]{items: original}
	var x, y []uint64
	for range n {
		a.longer()
		o.longer()
		// Sequences are compared a part of the range of hashes at a time, for
		// bounded memory and for the context to be looked at; what is equal is in
		// the same part.
		both, parts := 0, uint64(len(a.hashes)+len(o.hashes))/window+1
		for part := range parts {
			if err := ctx.Err(); err != nil {
				return err
			}
			x, y = a.appendPart(x[:0], part, parts), o.appendPart(y[:0], part, parts)
			slices.Sort(x)
			slices.Sort(y)
			both += common(x, y)
		}
		do(both, len(a.hashes), len(o.hashes))
	}
	return nil
}

// common returns how many numbers two ascending lists have in common.
func common(x, y []uint64) int {
	n := 0
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case x[0] > y[0]:
			y = y[1:]
		default:
			x, y, n = x[1:], y[1:], n+1
		}
	}
	return n
}

// extend returns the hash of a sequence and one more item from that of the
// sequence. (The finalizer of SplitMix64: Steele, Lea and Flood 2014.)
func extend(hash, item uint64) uint64 {
	h := hash + item + 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// hash returns the hash of a word.
func hash(word string) uint64 {
	h := uint64(len(word))
	for i := range len(word) {
		h = extend(h, uint64(word[i]))
	}
	return h
}
