package tokenizer

import "math/bits"

// A table maps pairs of numbers to numbers. It is a hash table with open addressing, several times faster to fill
// than a Go map, which is what loading a large vocabulary consists of.
// The number of slots is a power of two and at most three quarters of them are used, so
// that a search ends, and soon.
type table struct {
	slots []slot // a power of two of them
	used  int
}

type slot struct {
	key   uint64
	value uint64 // 0 marks a free slot, so values are stored plus one
}

// newTable has room for size keys without growing.
func newTable(size int) *table {
	return &table{slots: make([]slot, max(8, 1<<bits.Len(uint(size+size/2))))}
}

// find returns the slot of key, or the free one where it belongs.
func (t *table) find(key uint64) *slot {
	mask := uint64(len(t.slots) - 1)
	// Fibonacci hashing (Knuth, volume 3, section 6.4): the upper half of the product has
	// mixed all bits, the lower is what the mask keeps
	hash := key * 0x9e3779b97f4a7c15
	for i := (hash ^ hash>>32) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.value == 0 || s.key == key {
			return s
		}
	}
}

// get probes slot by slot from the one that the key hashes to, and ends at the first
// that is free.
func (t *table) get(key uint64) (uint64, bool) {
	s := t.find(key)
	return s.value - 1, s.value != 0
}

// set stores a value below the largest there is.
func (t *table) set(key, value uint64) {
	s := t.find(key)
	if s.value == 0 {
		t.used++
		if 4*t.used > 3*len(t.slots) {
			t.grow()
			s = t.find(key)
		}
	}
	*s = slot{key, value + 1}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.value != 0 {
			*t.find(s.key) = s
		}
	}
}

// pairKey makes one key of two numbers: merges of two ids, edges of a node and a byte.
func pairKey(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }
