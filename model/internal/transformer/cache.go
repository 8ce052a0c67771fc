package transformer

import (
	"context"
	"errors"
)

// A Cache is sequences that grow, with the keys and values of their tokens.
// Sequences that were forked share what they have in common. It is for one
// causal model and one goroutine.
type Cache struct {
	// Limit bounds the tokens that are held, each once however many sequences
	// share it; 0 means no bound. Room is taken in blocks of cacheTokens.
	Limit int
}

// NewCache returns a cache with n empty sequences.
func (m *Model) NewCache(n int) *Cache { return nil }

// Len returns the number of sequences.
func (c *Cache) Len() int { return 0 }

// Length returns the tokens of sequence i.
func (c *Cache) Length(i int) int { return 0 }

// Reorder makes sequence i what sequence from[i] was. One may stand several
// times, which forks it, or not at all, which drops it.
func (c *Cache) Reorder(from []int32) {}

// Step appends sequence i of b to sequence i of c, for all of them, and writes
// the head's outputs for the rows that are read to dst, as [Model.Forward]
// does. Positions are the caller's: the next is Length(i), and what the model
// counts from. Sequences of b may be empty.
func (m *Model) Step(ctx context.Context, dst []float32, c *Cache, b *Batch) error {
	return errors.New("transformer: no cache yet")
}
