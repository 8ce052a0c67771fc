package transformer

import "slices"

// Shared is the rows that enter the first block, each once. Masked copies of a
// text agree in most tokens at most positions, and until attention mixes them
// rows of the same token, position and type are the same.
// The work of the first block before attention (embedding, norm, projection) is then done
// once for each of them.
type shared struct {
	of        []int32 // for every row of the layout its shared row
	first     []int32 // for every shared row a token that has it
	slots     []int32 // hash table of rows, -1 where empty
	hidden    []float32
	projected []float32
}

// sharedBytes bounds the memory that shared rows take.
const sharedBytes = 32 << 20

// find fills of and first and tells whether sharing pays: whether a quarter of
// the rows is saved and the others fit into memory for limit rows.
// It gives up as soon as there are too many, which is early where texts differ.
func (s *shared) find(b *Batch, rows []int32, limit int) bool {
	limit = min(limit, len(rows)*3/4)
	size := 1
	for size < 2*limit+2 {
		size *= 2
	}
	s.slots = slices.Grow(s.slots[:0], size)[:size]
	for i := range s.slots {
		s.slots[i] = -1
	}
	s.of, s.first = s.of[:0], s.first[:0]
	for _, token := range rows {
		at := b.hash(int(token)) & uint64(size-1)
		for s.slots[at] >= 0 && !b.same(int(token), int(s.first[s.slots[at]])) {
			at = (at + 1) & uint64(size-1)
		}
		if s.slots[at] < 0 {
			if len(s.first) == limit {
				return false
			}
			s.slots[at] = int32(len(s.first))
			s.first = append(s.first, token)
		}
		s.of = append(s.of, s.slots[at])
	}
	return true
}

// hash mixes what makes the first row of token i.
// The upper bits are the better mixed ones, of which a table takes the lower.
func (b *Batch) hash(i int) uint64 {
	key := uint64(uint32(b.Tokens[i]))<<32 | uint64(uint32(b.place(i)))<<8 ^ uint64(b.Types[i])
	key ^= key >> 29
	key *= 0x9e3779b97f4a7c15 // 2⁶⁴ over the golden ratio: Fibonacci hashing
	return key >> 20
}

// same tells whether tokens i and j have the same first row.
func (b *Batch) same(i, j int) bool {
	return b.Tokens[i] == b.Tokens[j] && b.Positions[i] == b.Positions[j] && b.place(i) == b.place(j) && b.Types[i] == b.Types[j]
}
