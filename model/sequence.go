package model

import (
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"unsafe"

	"github.com/whence-xai/whence/model/internal/transformer"
)

// A Sequence is one input of a model, without padding. Slices that are not nil
// have an entry for each of IDs.
type Sequence struct {
	IDs       []int32 // rows of the vocabulary
	Types     []uint8 // segments; nil means 0 throughout
	Positions []int32 // nil means 0, 1, 2, …, or as the model counts them itself
	Hidden    []bool  // true: in its place, but invisible to attention; nil means none
}

// check returns what keeps s from being an input of l.
func (s *Sequence) check(l *loaded) error {
	if err := s.even(); err != nil {
		return err
	}
	if n := len(s.IDs); n > l.maxTokens {
		return fmt.Errorf("%d tokens, of which the model takes at most %d", n, l.maxTokens)
	}
	for i, id := range s.IDs {
		if uint32(id) >= uint32(l.Vocabulary) {
			return fmt.Errorf("token %d is %d, not below %d", i, id, l.Vocabulary)
		}
	}
	for i, p := range s.Positions {
		if uint32(p) >= uint32(l.Positions) {
			return fmt.Errorf("token %d is at position %d, not below %d", i, p, l.Positions)
		}
	}
	for i, t := range s.Types {
		if int(t) >= l.Types {
			return fmt.Errorf("token %d is of type %d, not below %d", i, t, l.Types)
		}
	}
	return nil
}

// even returns an error if s has no tokens, or not an entry for each.
func (s *Sequence) even() error {
	n := len(s.IDs)
	switch {
	case n == 0:
		return errors.New("no tokens")
	case s.Types != nil && len(s.Types) != n:
		return fmt.Errorf("%d types for %d tokens", len(s.Types), n)
	case s.Positions != nil && len(s.Positions) != n:
		return fmt.Errorf("%d positions for %d tokens", len(s.Positions), n)
	case s.Hidden != nil && len(s.Hidden) != n:
		return fmt.Errorf("%d marks of hidden tokens for %d tokens", len(s.Hidden), n)
	}
	return nil
}

// equal tells whether s and t are the same input.
func (s *Sequence) equal(t *Sequence) bool {
	return slices.Equal(s.IDs, t.IDs) && slices.Equal(s.Types, t.Types) &&
		slices.Equal(s.Positions, t.Positions) && slices.Equal(s.Hidden, t.Hidden)
}

// hash is the same for equal sequences.
func (s *Sequence) hash(seed maphash.Seed) uint64 {
	h := maphash.Bytes(seed, bytes(s.IDs))
	for _, b := range [][]byte{s.Types, bytes(s.Positions), bytes(s.Hidden)} {
		if b != nil {
			h = h*31 + maphash.Bytes(seed, b)
		}
	}
	return h
}

// bytes returns the memory of x.
func bytes[T int32 | bool](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x)*int(unsafe.Sizeof(x[0])))
}

// A packer is the memory of one call: it drops doubles and cuts the rest into
// batches.
type packer struct {
	seed  maphash.Seed
	slots []int32 // hash table of sequences, by index, -1 where empty
	first []int32 // for each sequence the first that equals it
	batch transformer.Batch
	of    []int32 // the sequences that batch holds
	out   []float32
}

// batchTokens is about how many tokens make a batch: many, so that much is
// shared, but bounded.
const batchTokens = 1 << 18

// distinct finds for each sequence the first that equals it.
func (p *packer) distinct(seqs []Sequence) {
	size := 1
	for size < 2*len(seqs) {
		size *= 2
	}
	p.slots = slices.Grow(p.slots[:0], size)[:size]
	for i := range p.slots {
		p.slots[i] = -1
	}
	p.first = p.first[:0]
	for i := range seqs {
		at := seqs[i].hash(p.seed) & uint64(size-1)
		for p.slots[at] >= 0 && !seqs[i].equal(&seqs[p.slots[at]]) {
			at = (at + 1) & uint64(size-1)
		}
		if p.slots[at] < 0 {
			p.slots[at] = int32(i)
		}
		p.first = append(p.first, p.slots[at])
	}
}

// pack fills the batch with the next distinct sequences from number at on, inputs
// of l, and returns the number of the one after them.
func (p *packer) pack(seqs []Sequence, at int, l *loaded) int {
	p.batch.Reset()
	p.of = p.of[:0]
	for ; at < len(seqs) && len(p.batch.Tokens) < batchTokens; at++ {
		if int(p.first[at]) == at {
			l.add(&p.batch, &seqs[at])
			p.of = append(p.of, int32(at))
		}
	}
	return at
}
