package tokenizer

import (
	"math/bits"
	"strings"
)

// A vocab maps the tokens of a model to ids and back. Added tokens are kept apart, since no model may produce them.
//
// Tokens are found by a hash that grows byte by byte, so that a model can try one ending of a word after another
// without starting over. The table fills several times faster than a Go map, which is most of what loading costs.
type vocab struct {
	tokens []string // by id; "" where no token has that id
	slots  []uint64 // a power of two: hash in the upper half, id plus one in the lower; 0 for free
	count  int
}

// newVocab has room for size tokens without growing.
func newVocab(size int) *vocab {
	return &vocab{tokens: make([]string, 0, size), slots: make([]uint64, max(8, 1<<bits.Len(uint(size+size/2))))}
}

// A hash is FNV-1a of the bytes so far.
// Fowler, Noll and Vo's function, of 64 bits: a step is an exclusive or and a product.
type hash uint64

const noBytes hash = 0xcbf29ce484222325

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 0x100000001b3 }

// hashOf goes on from h, so that hashOf(hashOf(noBytes, a), b) is the hash of a+b.
func hashOf[S string | []byte](h hash, s S) hash {
	for i := range len(s) {
		h = h.byte(s[i])
	}
	return h
}

// top returns the bits that a slot keeps. FNV mixes upwards, so the upper half is the better one.
func (h hash) top() uint64 { return uint64(h) >> 32 }

// add stores a token; a later one with the same name or id replaces the earlier.
// Equal upper halves of hashes are compared by their strings.
func (v *vocab) add(token string, id int32) {
	for int(id) >= len(v.tokens) {
		v.tokens = append(v.tokens, "")
	}
	v.tokens[id] = token
	if 4*(v.count+1) > 3*len(v.slots) {
		v.grow()
	}
	top := hashOf(noBytes, token).top()
	for i := v.first(top); ; i = v.next(i) {
		s := v.slots[i]
		if s == 0 {
			v.count++
		}
		// free, or the same token, whose id is replaced
		if s == 0 || s>>32 == top && v.tokens[uint32(s)-1] == token {
			v.slots[i] = top<<32 | uint64(id+1)
			return
		}
	}
}

// first and next are the order in which the slots of a hash are tried.
func (v *vocab) first(top uint64) uint64 { return top & uint64(len(v.slots)-1) }

func (v *vocab) next(i uint64) uint64 { return (i + 1) & uint64(len(v.slots)-1) }

// A slot keeps the upper half of its hash, so that no string is read again.
func (v *vocab) grow() {
	old := v.slots
	v.slots = make([]uint64, 2*len(old))
	for _, s := range old {
		if s == 0 {
			continue
		}
		i := v.first(s >> 32)
		for v.slots[i] != 0 {
			i = v.next(i)
		}
		v.slots[i] = s
	}
}

// find returns the id of a token.
func (v *vocab) find(token string) (int32, bool) {
	return lookup(v, hashOf(noBytes, token), "", token)
}

// lookup returns the id of the token prefix+rest, given its hash.
func lookup[S string | []byte](v *vocab, h hash, prefix string, rest S) (int32, bool) {
	top := h.top()
	for i := v.first(top); v.slots[i] != 0; i = v.next(i) {
		if s := v.slots[i]; s>>32 == top {
			id := int32(uint32(s) - 1)
			if t, ok := strings.CutPrefix(v.tokens[id], prefix); ok && t == string(rest) {
				return id, true
			}
		}
	}
	return 0, false
}

// readVocab reads an object of tokens and their ids. Ids far beyond the number of tokens are refused,
// since memory goes by the largest.
func readVocab(r *reader) *vocab {
	v := newVocab((len(r.src) - r.pos) / 16)
	r.object(func(key string) {
		id := r.int()
		if limit := len(r.src) + 1<<20; id < 0 || id >= limit {
			r.fail("token %q has id %d; the file is too small for ids beyond %d", key, id, limit)
			return
		}
		v.add(key, int32(id))
	})
	return v
}
