package transformer

// embed writes the embedding of token of the batch to row i of hidden.
func (w *worker) embed(hidden []float32, i, token int) {
	width, b := w.Width(), w.batch
	w.Embedding.sum(hidden[i*width:][:width], w.middle[:width], b.Tokens[token], b.Positions[token], b.Types[token])
}

// project computes what block i attends with for rows lo..hi of a. The last
// block needs no queries but those that pick computes.
func (w *worker) project(a *activations, i, lo, hi int) {
	d, width := &w.Blocks[i].Attention.Project, w.Width()
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
		w.dense(&b.Attention.Output, w.middle, a.attended[lo*width:], hidden, rows)
		b.Attention.After.apply(w.middle, rows)
		w.dense(&b.FeedForward.Up, w.inner, w.middle, nil, rows)
		w.dense(&b.FeedForward.Down, hidden, w.inner, w.middle, rows)
		b.FeedForward.After.apply(hidden, rows)
		if i+1 < len(w.Blocks) {
			w.project(a, i+1, lo, hi)
		}
	}
}

// pick copies what the head reads, the first row of each sequence of c, and
// computes the queries of these rows in the last block.
func (w *worker) pick(c chunk) {
	width, base := w.Width(), w.batch.Starts[c.lo]
	d := &w.Blocks[len(w.Blocks)-1].Attention.Project
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
			w.dense(&w.Head[i].Dense, y, x, nil, hi-lo)
			x, y = y, w.middle
		}
		w.dense(&w.Head[last].Dense, w.dst[(c.lo+lo)*outputs:], x, nil, hi-lo)
	}
}
