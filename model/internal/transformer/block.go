package transformer

import "github.com/whence-xai/whence/model/internal/f32"

// embed writes the embeddings of rows lo..hi of a.
// Where tables are narrower than the blocks, rows are summed at the tables' width first.
func (w *worker) embed(a *activations, lo, hi int) {
	e, width := &w.Embedding, w.Width()
	hidden := a.hidden[lo*width : hi*width]
	w.summed, w.sums = a.tokens[lo:hi], hidden
	if e.Project.Weight != nil {
		w.sums = w.middle
	}
	w.guard(w.sumRows)
	if e.Project.Weight != nil {
		w.dense(&e.Project, hidden, w.sums, nil, hi-lo)
	}
}

// sumTokens makes the rows of sums.
// It is a method without arguments, so that no closure is made for each call.
func (w *worker) sumTokens() {
	e, b, width := &w.Embedding, w.batch, w.Embedding.Tokens.Width
	for i, token := range w.summed {
		e.sum(w.sums[i*width:][:width], w.normed[:width], b.Tokens[token], b.place(int(token)), b.Types[token])
	}
}

// guard runs what reads the tables of the embedding. Where their data is not
// there any more, the pass ends with that error.
func (w *worker) guard(read func()) {
	if w.Guard == nil {
		read()
	} else if err := w.Guard(read); err != nil {
		fault := err // of its own, so that only a fault costs memory
		w.fault.Store(&fault)
		w.team.failed.Store(true)
		w.all.failed.Store(true)
	}
}

// project computes what block i attends with for rows lo..hi of a. The last
// block needs no queries but those that pick computes.
func (w *worker) project(a *activations, i, lo, hi int) {
	at, width := &w.Blocks[i].Attention, w.Width()
	panel, queries := 0, 0
	if i == len(w.Blocks)-1 && w.pruned() {
		// keys and values begin behind the queries, in whole panels: what of the queries shares
		// a panel with them is computed as well, and not used
		panel, queries = w.attended()/at.Project.Weight.PanelWidth(), w.Heads
	}
	w.panels(&at.Project, a.projected[lo*w.projected():], w.before(&at.Before, a.hidden[lo*width:], hi-lo), hi-lo, panel, at.Project.Weight.Panels())
	w.turn(at, a, lo, hi, queries, w.Heads+w.keyHeads())
	if tap := w.batch.Tap; tap != nil {
		w.showRows(tap, a, i, lo, hi)
	}
}

// before returns n rows of x normalized, in memory that the next call uses again.
func (w *worker) before(m *Norm, x []float32, n int) []float32 {
	if m.none() {
		return x
	}
	m.write(w.normed, x, n)
	return w.normed
}

// turn normalizes and turns what heads from..to, of queries and then of keys,
// have in rows lo..hi of a.
func (w *worker) turn(at *Attention, a *activations, lo, hi, from, to int) {
	if at.QueryNorm.none() && at.KeyNorm.none() && at.Rotary == nil {
		return
	}
	size, projected := w.headSize(), w.projected()
	for i := lo; i < hi; i++ {
		position := w.batch.Positions[a.tokens[i]]
		for h := from; h < to; h++ {
			head := a.projected[i*projected+h*size:][:size]
			if m := &at.QueryNorm; h < w.Heads && !m.none() {
				m.apply(head, 1)
			}
			if m := &at.KeyNorm; h >= w.Heads && !m.none() {
				m.apply(head, 1)
			}
			if at.Rotary != nil {
				at.Rotary.turn(head, position)
			}
		}
	}
}

// advance takes the rows of a, all of c or those picked, from attention in
// block i to attention in the next.
// Rows go through all layers in pieces of blockRows, which stay in the cache from one
// layer to the next; only attention needs all rows of a sequence, and so a step before it.
func (w *worker) advance(c chunk, i int, a *activations, picked bool) {
	b, width, attended := &w.Blocks[i], w.Width(), w.attended()
	n := len(a.tokens)
	for lo, hi, ok := w.team.rows(n); ok; lo, hi, ok = w.team.rows(n) {
		rows, hidden := hi-lo, a.hidden[lo*width:hi*width]
		w.sum(&b.Attention.Output, w.middle, a.attended[lo*attended:], hidden, rows, &b.Attention.Within, &b.Attention.After)
		if b.Cross != nil {
			w.crossAttend(c, i, lo, hi, picked)
		}
		w.feed(b, hidden, w.middle, rows)
		if i+1 < len(w.Blocks) {
			w.project(a, i+1, lo, hi)
		} else if tap := w.batch.Tap; tap != nil {
			w.showHidden(tap, a, i+1, lo, hi)
		}
	}
}

// sum writes the layer's result for n rows of x plus the rows of to, with
// what is normalized, to dst.
// A norm within cannot be part of the product's epilogue: it needs the whole row.
func (w *worker) sum(d *Dense, dst, x, to []float32, n int, within, after *Norm) {
	if within.none() {
		w.dense(d, dst, x, to, n)
	} else {
		w.dense(d, dst, x, nil, n)
		within.apply(dst, n)
		f32.Add(dst[:n*d.Weight.Out()], dst[:n*d.Weight.Out()], to[:n*d.Weight.Out()])
	}
	if !after.none() {
		after.apply(dst, n)
	}
}

// feed writes what the feed-forward layer makes of n rows of x, which came
// from attention, to hidden, where the rows before attention are.
// down(act(gate x) ⊙ up x) with a gate (Shazeer 2020, "GLU Variants Improve
// Transformer"), else down(act(up x)).
func (w *worker) feed(b *Block, hidden, x []float32, n int) {
	f := &b.FeedForward
	in := x
	if b.Parallel {
		in = hidden
	}
	in = w.before(&f.Before, in, n)
	w.dense(&f.Up, w.inner, in, nil, n)
	if f.Gate.Weight != nil {
		size := n * f.Up.Weight.Out()
		w.multiply(&f.Gate, w.gates, in, n, 0, f.Gate.Weight.Panels(), &f32.Epilogue{Scale: f.Gate.Scale, Bias: f.Gate.Bias})
		f32.Gate(w.inner[:size], w.gates[:size], w.inner[:size], f.Gate.Activation)
	}
	w.sum(&f.Down, hidden, w.inner, x, n, &f.Within, &f.After)
}

// pick copies what the head reads, and computes the queries of these rows in
// the last block.
// In the last block, queries, means and the feed-forward layer are computed for these
// rows only; of the others keys and values are all that is needed.
func (w *worker) pick(c chunk, full, picked *activations) {
	at, width := &w.Blocks[len(w.Blocks)-1].Attention, w.Width()
	d := &at.Project
	queries := divideUp(w.attended(), d.Weight.PanelWidth())
	n := c.picks.len()
	for lo, hi, ok := w.team.rows(n); ok; lo, hi, ok = w.team.rows(n) {
		for i := lo; i < hi; i++ {
			row := int(w.picks[c.picks.lo+i]) - c.rows.lo
			copy(picked.hidden[i*width:][:width], full.hidden[row*width:])
		}
		if w.pruned() {
			w.panels(d, picked.projected[lo*w.projected():], w.before(&at.Before, picked.hidden[lo*width:], hi-lo), hi-lo, 0, queries)
			w.turn(at, picked, lo, hi, 0, w.Heads)
		}
	}
}
