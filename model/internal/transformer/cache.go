package transformer

import (
	"context"
	"errors"
	"fmt"

	"github.com/whence-xai/whence/model/internal/f32"
)

// cacheKeys is how many tokens a block of a cache holds: a panel of keys at
// every level. It divides blockKeys.
const cacheKeys = 48

// A Cache is sequences that grow, with the keys and values of their tokens.
// Sequences that were forked share what they have in common. It is for one
// causal model and one goroutine.
// Blocks are of a fixed size, as pages of memory are (Kwon et al. 2023,
// "PagedAttention"): sequences grow without copies and share what they have in common.
type Cache struct {
	// Limit bounds the tokens that are held, each once however many sequences
	// share it; 0 means no bound. Room is taken in blocks of 48.
	Limit int

	model     *Model
	sequences []cached
	taken     int // blocks that sequences have
	free      []*cacheBlock
}

// A cached is a sequence of a cache.
type cached struct {
	blocks []*cacheBlock
	tokens int
}

// A cacheBlock is the keys and values of adjacent tokens, packed, of all blocks
// and heads. Only its one user may write to it.
// It is copied before it is written where another sequence has it too.
type cacheBlock struct {
	users     int
	positions [cacheKeys]int32
	numbers   []float32 // by block and head: keys, values
}

// NewCache returns a cache with n empty sequences.
func (m *Model) NewCache(n int) *Cache { return &Cache{model: m, sequences: make([]cached, n)} }

// Len returns the number of sequences.
func (c *Cache) Len() int { return len(c.sequences) }

// Length returns the tokens of sequence i.
func (c *Cache) Length(i int) int { return c.sequences[i].tokens }

// Reorder makes sequence i what sequence from[i] was. One may stand several
// times, which forks it, or not at all, which drops it.
// New users are counted before old ones are dropped, so that no block is free between.
func (c *Cache) Reorder(from []int32) {
	next := make([]cached, len(from))
	for i, j := range from {
		old := &c.sequences[j]
		next[i] = cached{append([]*cacheBlock(nil), old.blocks...), old.tokens}
		for _, b := range old.blocks {
			b.users++
		}
	}
	for i := range c.sequences {
		for _, b := range c.sequences[i].blocks {
			c.drop(b)
		}
	}
	c.sequences = next
}

// drop takes a user from b.
func (c *Cache) drop(b *cacheBlock) {
	if b.users--; b.users == 0 {
		c.taken--
		c.free = append(c.free, b)
	}
}

// take returns a block for one user.
func (c *Cache) take() *cacheBlock {
	c.taken++
	if n := len(c.free); n > 0 {
		b := c.free[n-1]
		c.free = c.free[:n-1]
		b.users = 1
		clear(b.numbers) // weights of 0 meet what stands behind the last token
		return b
	}
	keys, values := c.model.cacheFloats()
	return &cacheBlock{users: 1, numbers: make([]float32, len(c.model.Blocks)*c.model.keyHeads()*(keys+values))}
}

// cacheFloats returns how many numbers the keys and the values of a block and
// head take.
func (m *Model) cacheFloats() (keys, values int) {
	return f32.MatrixFloats(m.headSize(), cacheKeys), f32.MatrixFloats(cacheKeys, m.headSize())
}

// extend makes room for what b appends, and notes the positions.
// Everything is counted first: after an error nothing has changed.
func (c *Cache) extend(b *Batch) error {
	need := c.taken
	for i := range b.Len() {
		lo, hi := b.sequence(i)
		s := &c.sequences[i]
		need += max(0, divideUp(s.tokens+hi-lo, cacheKeys)-len(s.blocks))
		// a last block that is shared is copied, which takes one more
		if tail := s.tokens / cacheKeys; lo < hi && tail < len(s.blocks) && s.blocks[tail].users > 1 {
			need++
		}
	}
	if c.Limit > 0 && need*cacheKeys > c.Limit {
		return fmt.Errorf("transformer: %d tokens in the cache, with room for %d", need*cacheKeys, c.Limit)
	}
	for i := range b.Len() {
		lo, hi := b.sequence(i)
		c.sequences[i].extend(c, b.Positions[lo:hi])
	}
	return nil
}

// extend makes room for tokens at those positions.
func (s *cached) extend(c *Cache, positions []int32) {
	for i, p := range positions {
		at := s.tokens + i
		n := at / cacheKeys
		if n == len(s.blocks) {
			s.blocks = append(s.blocks, c.take())
		} else if old := s.blocks[n]; old.users > 1 {
			s.blocks[n] = c.take()
			copy(s.blocks[n].numbers, old.numbers)
			s.blocks[n].positions = old.positions
			c.drop(old)
		}
		s.blocks[n].positions[at%cacheKeys] = p
	}
}

// Step appends sequence i of b to sequence i of c, for all of them, and writes
// the head's outputs for the rows that are read to dst, as [Model.Forward]
// does. Positions are the caller's: the next is Length(i), and what the model
// counts from. Sequences of b may be empty, and a long one may be given in
// pieces. After an error c is as it was.
// The number of tokens grows last, so that keys of an interrupted step are behind the end
// of their sequence, where nobody reads.
func (m *Model) Step(ctx context.Context, dst []float32, c *Cache, b *Batch) error {
	switch {
	case c.model != m:
		return errors.New("transformer: the cache of another model")
	case b.Len() != c.Len():
		return fmt.Errorf("transformer: %d sequences for %d in the cache", b.Len(), c.Len())
	}
	if err := c.extend(b); err != nil {
		return err
	}
	if err := m.run(ctx, b, c, m.copyTo(dst, b)); err != nil {
		return err
	}
	for i := range b.Len() {
		lo, hi := b.sequence(i)
		c.sequences[i].tokens += hi - lo
	}
	return nil
}

// positions writes those of sequence i's tokens to dst, as many as it has.
func (c *Cache) positions(dst []int32, i int) {
	s := &c.sequences[i]
	for n, b := range s.blocks {
		if at := n * cacheKeys; at < s.tokens {
			copy(dst[at:s.tokens], b.positions[:])
		}
	}
}

// view makes p the keys and values of a block and head in b.
func (m *Model) view(p *packed, b *cacheBlock, block, head int) {
	keys, values := m.cacheFloats()
	numbers := b.numbers[(block*m.keyHeads()+head)*(keys+values):]
	p.keys.Over(numbers, m.headSize(), cacheKeys)
	p.values.Over(numbers[keys:], cacheKeys, m.headSize())
}

// keep appends a head's keys and values of the rows of s to the cache.
func (w *worker) keep(s *segment, c chunk, block, head int, a *activations) {
	size, projected := w.headSize(), w.projected()
	list := w.cache.sequences[s.sequence].blocks
	x := a.projected[(s.rows.lo-c.rows.lo)*projected+(w.Heads+head)*size:]
	values := w.keyHeads() * size
	var p packed
	for at, end := int(s.depth), int(s.depth)+s.rows.len(); at < end; {
		w.view(&p, list[at/cacheKeys], block, head)
		n := min(end-at, cacheKeys-at%cacheKeys)
		p.keys.SetColumns(at%cacheKeys, x, projected, n)
		p.values.SetRows(at%cacheKeys, x[values:], projected, n)
		if at += n; at < end {
			x = x[n*projected:]
		}
	}
}

// recall makes attendedKeys the cached keys of s.
func (w *worker) recall(s *segment, block, head int) {
	l := &w.look
	l.deep = cacheKeys
	for len(l.cached) < divideUp(l.n, cacheKeys) {
		l.cached = append(l.cached, packed{})
	}
	l.blocks = l.cached[:divideUp(l.n, cacheKeys)]
	for i := range l.blocks {
		w.view(&l.blocks[i], w.cache.sequences[s.sequence].blocks[i], block, head)
	}
}
