package transformer

import (
	"iter"

	"github.com/whence-xai/whence/model/internal/f32"
)

// blocks yields runs of rows lo..hi out of n that the worker is to do.
func (w *worker) blocks(c *crew, n int) iter.Seq2[int, int] {
	pieces := (n + blockRows - 1) / blockRows
	if c.size > 1 { // an equal number each
		pieces = (pieces + int(c.size) - 1) / int(c.size) * int(c.size)
	}
	const tile = 4 // rows a kernel does together, at least
	size := ((n+pieces-1)/max(1, pieces) + tile - 1) / tile * tile
	return func(yield func(int, int) bool) {
		for i := c.take(); i*size < n; i = c.take() {
			if !yield(i*size, min(n, (i+1)*size)) {
				return
			}
		}
	}
}

// embed writes the embedding of token of the batch to row i of hidden.
func (w *worker) embed(hidden []float32, i, token int) {
	width := w.Width()
	row, term, e := hidden[i*width:][:width], w.middle[:width], &w.Embedding
	e.Tokens.row(row, int(w.batch.Tokens[token]))
	e.Positions.row(term, int(w.batch.Positions[token]))
	f32.Add(row, row, term)
	e.Types.row(term, int(w.batch.Types[token]))
	f32.Add(row, row, term)
	e.Norm.apply(row, 1)
}

// project computes what block i attends with for rows lo..hi of a. The last
// block needs no queries but those that pick computes.
func (w *worker) project(a *activations, i, lo, hi int) {
	d, width := &w.Blocks[i].Project, w.Width()
	panel := 0
	if i == len(w.Blocks)-1 && !w.NoPruned {
		panel = width / d.Weight.PanelWidth()
	}
	d.some(a.projected[lo*3*width:], a.hidden[lo*width:], hi-lo, panel, d.Weight.Panels())
}

// advance takes n rows of a from attention in block i to attention in the next.
func (w *worker) advance(a *activations, n, i int) {
	b, width := &w.Blocks[i], w.Width()
	for lo, hi := range w.blocks(w.crew, n) {
		rows, hidden := hi-lo, a.hidden[lo*width:]
		b.Output.all(w.middle, a.attended[lo*width:], hidden, rows)
		b.AttentionNorm.apply(w.middle, rows)
		b.Up.all(w.inner, w.middle, nil, rows)
		b.Down.all(hidden, w.inner, w.middle, rows)
		b.OutputNorm.apply(hidden, rows)
		if i+1 < len(w.Blocks) {
			w.project(a, i+1, lo, hi)
		}
	}
}

// pick copies what the head reads, the first row of each sequence of c, and
// computes the queries of these rows in the last block.
func (w *worker) pick(c chunk) {
	width, base := w.Width(), w.batch.Starts[c.lo]
	d := &w.Blocks[len(w.Blocks)-1].Project
	queries := (width + d.Weight.PanelWidth() - 1) / d.Weight.PanelWidth()
	for lo, hi := range w.blocks(w.crew, c.hi-c.lo) {
		for i := lo; i < hi; i++ {
			first := int(w.batch.Starts[c.lo+i] - base)
			copy(w.picked.hidden[i*width:][:width], w.full.hidden[first*width:])
		}
		if !w.NoPruned {
			d.some(w.picked.projected[lo*3*width:], w.picked.hidden[lo*width:], hi-lo, 0, queries)
		}
	}
}

// read takes the rows that were picked through the head.
func (w *worker) read(c chunk) {
	width, outputs := w.Width(), w.Outputs()
	last := len(w.Head) - 1
	for lo, hi := range w.blocks(w.crew, c.hi-c.lo) {
		x, y := w.picked.hidden[lo*width:], w.inner
		for i := range w.Head[:last] {
			w.Head[i].all(y, x, nil, hi-lo)
			x, y = y, w.middle
		}
		w.Head[last].all(w.dst[(c.lo+lo)*outputs:], x, nil, hi-lo)
	}
}
