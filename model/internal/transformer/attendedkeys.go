package transformer

import (
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
)

// attendedKeys are the keys and values of one head that queries are about to see, and
// the memory for what they find.
// Packing costs as much as a few queries' scores, so that keys are packed once for all
// queries of a chunk that see them. Its slices are a worker's and used again.
type attendedKeys struct {
	first     int       // token of the sequence that the keys begin with
	n         int       // keys
	deep      int       // keys of a block, but perhaps the last
	blocks    []packed  // by key
	positions []int32   // of the keys, where somebody asks for distances
	running   bool      // they are one after the other
	rows      []keyRows // of keys as they were before they were packed

	at     []int32 // tokens of the sequence that the queries are
	places []int32 // memory of positions
	pieces []piece
	own    []packed // for blocks, in memory of their own
	cached []packed // for blocks, in a cache's memory
	scores []float32
	turned []float32 // [n][distances]: keys by relative queries
	bent   []float32 // [rows][distances]: queries by relative keys
}

// A packed is a block of keys with their values.
// keys is [size][keys], so that queries·keys are scores; values is [keys][size], so that
// scores·values are means.
type packed struct{ keys, values f32.Matrix }

// keyRows are adjacent keys of a head, ld apart, the first being that of token at.
type keyRows struct {
	x     []float32
	ld    int
	at, n int
}

// see gathers the keys that the queries in l.at see, of the rows of s and of
// those that its sequence shares.
// Without a causal mask or a window all keys are one block, which every query sees.
func (w *worker) see(s *segment, c chunk, i, head int, a *activations) {
	l, at := &w.look, &w.Blocks[i].Attention
	l.first, l.n = 0, int(s.depth)+s.rows.len()
	if w.Causal {
		l.n = int(l.at[len(l.at)-1]) + 1
	}
	if at.Window > 0 || at.Bias != nil || at.Relative != nil {
		w.place(s)
	}
	if w.cache != nil {
		w.recall(s, i, head)
		return
	}
	l.deep = l.n
	if w.Causal || at.Window > 0 {
		l.deep = blockKeys
	}
	// what is farther back than the window of the first query is not even packed; a block's
	// border keeps sums in the same order whatever the chunk
	if w.Causal && at.Window > 0 && l.running && w.batch.Tap == nil {
		l.first = max(0, int(l.at[0])-at.Window+1) / blockKeys * blockKeys
		l.n -= l.first
		l.positions = l.positions[l.first:]
	}
	w.gather(s, c, head, a)
}

// gather packs the keys and values of attendedKeys.
// The keys of a token that several sequences begin with are in rows of another segment,
// so that they are collected piece by piece along the path.
func (w *worker) gather(s *segment, c chunk, head int, a *activations) {
	l, size, projected := &w.look, w.headSize(), w.projected()
	count := divideUp(l.n, l.deep)
	for len(l.own) < count {
		l.own = append(l.own, packed{})
	}
	l.blocks, l.rows = l.own[:count], l.rows[:0]
	for b := range l.blocks {
		n := min(l.deep, l.n-b*l.deep)
		l.blocks[b].keys.Reset(size, n)
		l.blocks[b].values.Reset(n, size)
	}
	values := w.keyHeads() * size
	l.pieces = w.path(l.pieces[:0], s, l.first, l.first+l.n)
	for _, p := range l.pieces {
		x := a.projected[(p.row-c.rows.lo)*projected+(w.Heads+head)*size:]
		l.rows = append(l.rows, keyRows{x, projected, p.at - l.first, p.n})
		for at, end := p.at-l.first, p.at-l.first+p.n; at < end; {
			b := &l.blocks[at/l.deep]
			n := min(end-at, l.deep-at%l.deep)
			b.keys.SetColumns(at%l.deep, x, projected, n)
			b.values.SetRows(at%l.deep, x[values:], projected, n)
			at += n
			if at < end {
				x = x[n*projected:]
			}
		}
	}
}

// place notes the positions of the keys.
// In a cache the positions of earlier tokens are the cache's, those of the batch its own.
func (w *worker) place(s *segment) {
	l := &w.look
	l.places = slices.Grow(l.places[:0], l.n)[:l.n]
	l.positions = l.places
	if w.cache != nil {
		w.cache.positions(l.positions, int(s.sequence))
	}
	l.pieces = w.path(l.pieces[:0], s, 0, l.n)
	for _, p := range l.pieces {
		for i, token := range w.rows[p.row:][:p.n] {
			l.positions[p.at+i] = w.batch.Positions[token]
		}
	}
	l.running = running(l.positions)
}

// running tells whether positions follow one another.
// Then distances are a run as well, and a bias can be added by vectors.
func running(positions []int32) bool {
	for i, p := range positions {
		if p != positions[0]+int32(i) {
			return false
		}
	}
	return true
}
