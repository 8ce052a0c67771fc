package transformer

import "github.com/whence-xai/whence/model/internal/f32"

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
	w.panels(d, a.projected[lo*3*width:], a.hidden[lo*width:], hi-lo, panel, d.Weight.Panels())
}

// advance takes n rows of a from attention in block i to attention in the next.
func (w *worker) advance(a *activations, n, i int) {
	b, width := &w.Blocks[i], w.Width()
	for lo, hi, ok := w.crew.rows(n); ok; lo, hi, ok = w.crew.rows(n) {
		rows, hidden := hi-lo, a.hidden[lo*width:]
		w.dense(&b.Output, w.middle, a.attended[lo*width:], hidden, rows)
		b.AttentionNorm.apply(w.middle, rows)
		w.dense(&b.Up, w.inner, w.middle, nil, rows)
		w.dense(&b.Down, hidden, w.inner, w.middle, rows)
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
	for lo, hi, ok := w.crew.rows(c.hi - c.lo); ok; lo, hi, ok = w.crew.rows(c.hi - c.lo) {
		for i := lo; i < hi; i++ {
			first := int(w.batch.Starts[c.lo+i] - base)
			copy(w.picked.hidden[i*width:][:width], w.full.hidden[first*width:])
		}
		if !w.NoPruned {
			w.panels(d, w.picked.projected[lo*3*width:], w.picked.hidden[lo*width:], hi-lo, 0, queries)
		}
	}
}

// read takes the rows that were picked through the head.
func (w *worker) read(c chunk) {
	width, outputs := w.Width(), w.Outputs()
	last := len(w.Head) - 1
	for lo, hi, ok := w.crew.rows(c.hi - c.lo); ok; lo, hi, ok = w.crew.rows(c.hi - c.lo) {
		x, y := w.picked.hidden[lo*width:], w.inner
		for i := range w.Head[:last] {
			w.dense(&w.Head[i], y, x, nil, hi-lo)
			x, y = y, w.middle
		}
		w.dense(&w.Head[last], w.dst[(c.lo+lo)*outputs:], x, nil, hi-lo)
	}
}
