package transformer

import "context"

// A Cross is attention to a [Memory]: of the decoder to what the encoder made
// of a source.
type Cross struct {
	Before Norm    // of the input
	Query  Dense   // width to Heads·HeadSize
	Keys   Dense   // the encoder's width to 2·KeyHeads·HeadSize: keys of all heads, then values
	Scale  float32 // of scores; 0 means 1/√HeadSize
	Output Dense   // Heads·HeadSize to width
	Within Norm    // of the output before it is added to the input
	After  Norm    // of the sum
}

// A Memory is the keys and values that the blocks of a model attend to, of any
// number of sources. It may be read by any number of batches at the same time.
type Memory struct {
	sources, heads int
	packed         []packed // by block, source, head
}

// Remember makes the memory of sources: rows of the encoder's hidden numbers,
// source i being rows starts[i]..starts[i+1]. It takes about 8·KeyHeads·HeadSize
// bytes a row and block, which the caller bounds by the sources it gives at a
// time.
// Keys and values of a source don't depend on what the decoder writes, so that they are
// packed once for all its steps.
func (m *Model) Remember(ctx context.Context, hidden []float32, starts []int32) (*Memory, error) {
	sources, heads, size := len(starts)-1, m.keyHeads(), m.headSize()
	memory := &Memory{sources: sources, heads: heads, packed: make([]packed, len(m.Blocks)*sources*heads)}
	rows := make([][]float32, m.threads())
	workers := make([]worker, m.threads())
	m.parallel(len(m.Blocks)*sources, func(hand, item int) {
		block, source := item/sources, item%sources
		cross := m.Blocks[block].Cross
		if cross == nil || ctx.Err() != nil {
			return
		}
		lo, n := int(starts[source]), int(starts[source+1]-starts[source])
		in, out := cross.Keys.Weight.In(), cross.Keys.Weight.Out()
		rows[hand] = grow(rows[hand], n*out)
		x := rows[hand]
		workers[hand].dense(&cross.Keys, x, hidden[lo*in:], nil, n)
		for h := range heads {
			p := &memory.packed[item*heads+h]
			p.keys.Repack(x[h*size:], out, n, size)
			p.values.RepackTransposed(x[(heads+h)*size:], out, n, size)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return memory, nil
}

// Len returns the number of sources.
func (m *Memory) Len() int { return m.sources }

// of returns the keys and values of a block, source and head.
func (m *Memory) of(block, source, head int) []packed {
	i := (block*m.sources+source)*m.heads + head
	return m.packed[i : i+1]
}

// A crossBuffers is a worker's memory for cross-attention.
type crossBuffers struct {
	look     attendedKeys
	queries  []float32 // [blockRows][attended]
	attended []float32 // [blockRows][attended]
}

// crossAttend replaces rows lo..hi of the chunk, or of its picks, in w.middle by
// what cross-attention in block i makes of them.
// Rows are a run of the chunk's and may be of several sequences, each with its source.
func (w *worker) crossAttend(c chunk, i, lo, hi int, picked bool) {
	x, attended, rows := &w.cross, w.attended(), hi-lo
	cross := w.Blocks[i].Cross
	x.queries, x.attended = grow(x.queries, blockRows*attended), grow(x.attended, blockRows*attended)
	w.dense(&cross.Query, x.queries, w.before(&cross.Before, w.middle, rows), nil, rows)
	for k := range w.segments[c.segments.lo:c.segments.hi] {
		s := &w.segments[c.segments.lo+k]
		at := span{s.rows.lo - c.rows.lo, s.rows.hi - c.rows.lo}
		tokens := w.rows[c.rows.lo:]
		if picked {
			at = span{s.picks.lo - c.picks.lo, s.picks.hi - c.picks.lo}
			tokens = w.pickTokens[c.picks.lo:]
		}
		at = span{max(lo, at.lo), min(hi, at.hi)}
		if at.lo < at.hi {
			for h := range w.Heads {
				w.lookUp(i, h, w.source(s), x.queries, x.attended, span{at.lo - lo, at.hi - lo}, tokens[at.lo:at.hi])
			}
		}
	}
	w.sum(&cross.Output, w.normed, x.attended, w.middle, rows, &cross.Within, &cross.After)
	// instead of a copy: the result is where the next layer reads
	w.middle, w.normed = w.normed, w.middle
}

// source returns the source that the sequence of s reads.
func (w *worker) source(s *segment) int { return int(w.batch.Sources[s.sequence]) }

// lookUp has a head's queries in those rows attend to a source. Rows of queries
// and means lie as far apart.
func (w *worker) lookUp(i, head, source int, queries, means []float32, rows span, tokens []int32) {
	l, size, attended := &w.cross.look, w.headSize(), w.attended()
	l.blocks = w.batch.Memory.of(i, source, head*w.keyHeads()/w.Heads)
	l.n = l.blocks[0].keys.Out()
	l.deep = l.n
	at := rows.lo*attended + head*size
	q := question{
		block: i, head: head, tokens: tokens, rows: rows.len(), scale: w.scale(w.Blocks[i].Cross.Scale),
		from: queries[at:], ldFrom: attended, to: means[at:], ldTo: attended,
	}
	if tap := w.batch.Tap; tap != nil {
		q.show = tap.Cross
	}
	l.answer(&q)
}
