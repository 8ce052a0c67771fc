package explain

import "iter"

// Coalitions is a batch of coalitions of one game, a row each. The zero value
// is a batch without players; make others with [NewCoalitions].
type Coalitions struct {
	players int
	rows    int
	bits    []uint64 // rows × wordsFor(players)
}

// NewCoalitions returns an empty batch for a game of so many players, with
// room for capacity rows.
func NewCoalitions(players, capacity int) *Coalitions {
	return &Coalitions{players: players, bits: make([]uint64, 0, capacity*wordsFor(players))}
}

// Players returns the number of players that a row tells of.
func (b *Coalitions) Players() int { return b.players }

// Len returns the number of rows.
func (b *Coalitions) Len() int { return b.rows }

// At returns row i. It shares memory with the batch.
func (b *Coalitions) At(i int) Coalition {
	w := wordsFor(b.players)
	// The capacity ends with the row, so that append cannot write into the next.
	return Coalition(b.bits[i*w : (i+1)*w : (i+1)*w])
}

// Append adds a copy of c as the last row.
func (b *Coalitions) Append(c Coalition) {
	b.bits = append(b.bits, c[:wordsFor(b.players)]...)
	b.rows++
}

// Reset removes all rows and keeps the memory.
func (b *Coalitions) Reset() { b.bits, b.rows = b.bits[:0], 0 }

// Slice returns rows lo to hi, hi excluded. It shares memory with the batch.
func (b *Coalitions) Slice(lo, hi int) *Coalitions {
	w := wordsFor(b.players)
	return &Coalitions{players: b.players, rows: hi - lo, bits: b.bits[lo*w : hi*w : hi*w]}
}

// All yields the rows with their numbers.
func (b *Coalitions) All() iter.Seq2[int, Coalition] {
	return func(yield func(int, Coalition) bool) {
		for i := range b.rows {
			if !yield(i, b.At(i)) {
				return
			}
		}
	}
}
