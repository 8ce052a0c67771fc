package transformer

import (
	"context"

	"github.com/whence-xai/whence/model/internal/f32"
)

// narrowRows is the most rows for which workers divide a layer's outputs and
// not its rows: with so few all wait for the weights to come from memory.
const narrowRows = 8

// narrowWeights is how many a block must have for several workers to be of use
// where rows are few: with fewer they would mostly wait for one another.
const narrowWeights = 1 << 18

// light tells whether a block has fewer weights than that.
func (m *Model) light() bool {
	b := &m.Blocks[0]
	n := 0
	for _, d := range []*Dense{&b.Attention.Project, &b.Attention.Output, &b.FeedForward.Up, &b.FeedForward.Down} {
		n += d.Weight.In() * d.Weight.Out()
	}
	return n < narrowWeights
}

// A narrow is the memory that workers share in a pass of few rows. What is not
// here each computes for itself, which costs less than to wait for another.
// That is the memory of a step of generation: one row a sequence, for which a layer's
// time is that of reading its weights.
type narrow struct {
	on          bool
	activations           // of all rows
	queries     []float32 // [rows][attended], of cross-attention
	sum         []float32 // [rows][width], of a layer and what it is added to
	inner       []float32 // [rows][inner]
	out         []float32 // [rows][outputs] of a layer of the head
}

// grow makes room for so many rows of m.
func (n *narrow) grow(rows int, m *Model) {
	n.activations.grow(rows, m)
	inner, out := 0, 0
	for i := range m.Blocks {
		inner = max(inner, m.Blocks[i].FeedForward.Up.Weight.Out())
	}
	for i := range m.Head {
		out = max(out, m.Head[i].Weight.Out())
	}
	n.queries = grow(n.queries, rows*m.attended())
	n.sum = grow(n.sum, rows*m.Width())
	n.inner = grow(n.inner, rows*inner)
	n.out = grow(n.out, rows*out)
}

// few does the worker's part of a pass of few rows.
// Each worker takes panels of every layer. All have the rows' state for themselves and
// compute what is cheap (norms, sums) alike, which costs less than to wait.
func (w *worker) few(ctx context.Context) {
	n := len(w.rows)
	w.state = grow(w.state, n*w.Width())
	w.embed(&activations{tokens: w.rows, hidden: w.state}, 0, n)
	for i := range w.Blocks {
		b := &w.Blocks[i]
		if !w.fewAttend(ctx, i, n) || b.Cross != nil && !w.fewConsult(ctx, i, n) || !w.fewFeed(ctx, b, n) {
			return
		}
	}
	w.fewRead(ctx)
}

// fewAttend takes w.state through the attention of block i to w.middle.
// Steps end where others' results are read: after the projection, the heads, the output.
func (w *worker) fewAttend(ctx context.Context, i, n int) bool {
	at, s := &w.Blocks[i].Attention, &w.narrow
	w.split(&at.Project, s.projected, w.before(&at.Before, w.state, n), nil, n)
	if !w.team.wait(ctx) {
		return false
	}
	a := s.activations
	a.tokens = w.rows
	w.attend(w.chunks[0], i, &a, &a)
	return w.team.wait(ctx) && w.fewSum(ctx, &at.Output, s.attended, w.middle, w.state, n, &at.Within, &at.After)
}

// fewConsult takes w.middle through the cross-attention of block i.
func (w *worker) fewConsult(ctx context.Context, i, n int) bool {
	cross, s := w.Blocks[i].Cross, &w.narrow
	w.split(&cross.Query, s.queries, w.before(&cross.Before, w.middle, n), nil, n)
	if !w.team.wait(ctx) {
		return false
	}
	for h := w.team.take(); h < w.Heads; h = w.team.take() {
		for k := range w.segments {
			if rows := w.segments[k].rows; rows.len() > 0 {
				w.lookUp(i, h, w.source(&w.segments[k]), s.queries, s.attended, rows, w.rows[rows.lo:rows.hi])
			}
		}
	}
	return w.team.wait(ctx) && w.fewSum(ctx, &cross.Output, s.attended, w.middle, w.middle, n, &cross.Within, &cross.After)
}

// fewFeed takes w.middle through the feed-forward layer to w.state.
func (w *worker) fewFeed(ctx context.Context, b *Block, n int) bool {
	f, s := &b.FeedForward, &w.narrow
	in := w.middle
	if b.Parallel {
		in = w.state
	}
	in = w.before(&f.Before, in, n)
	// the gate has the same panels, so that one worker has both halves of its columns
	w.panelsOf(f.Up.Weight, func(lo, hi int) {
		w.panels(&f.Up, s.inner, in, n, lo, hi)
		if f.Gate.Weight == nil {
			return
		}
		w.multiply(&f.Gate, w.gates, in, n, lo, hi, &f32.Epilogue{Scale: f.Gate.Scale, Bias: f.Gate.Bias})
		out, width := f.Up.Weight.Out(), f.Up.Weight.PanelWidth()
		for i := range n {
			from, to := i*out+lo*width, i*out+min(out, hi*width)
			f32.Gate(s.inner[from:to], w.gates[from:to], s.inner[from:to], f.Gate.Activation)
		}
	})
	return w.team.wait(ctx) && w.fewSum(ctx, &f.Down, s.inner, w.state, w.middle, n, &f.Within, &f.After)
}

// fewSum is sum with the others: x is theirs too, dst and to are the
// worker's own.
func (w *worker) fewSum(ctx context.Context, d *Dense, x, dst, to []float32, n int, within, after *Norm) bool {
	size, residual := n*d.Weight.Out(), to
	if !within.none() {
		residual = nil
	}
	w.split(d, w.narrow.sum, x, residual, n)
	if !w.team.wait(ctx) {
		return false
	}
	if residual != nil {
		copy(dst[:size], w.narrow.sum)
	} else {
		within.write(w.normed, w.narrow.sum, n)
		f32.Add(dst[:size], w.normed[:size], to[:size])
	}
	if !after.none() {
		after.apply(dst, n)
	}
	return true
}

// fewRead takes what the head reads of w.state through it, and shows it.
func (w *worker) fewRead(ctx context.Context) {
	width := w.Width()
	n := len(w.picks)
	for i, row := range w.picks {
		copy(w.middle[i*width:][:width], w.state[int(row)*width:])
	}
	x, last := w.before(&w.Norm, w.middle, n), len(w.Head)-1
	for i := range w.Head {
		l := &w.Head[i]
		size := n * l.Weight.Out()
		w.split(&l.Dense, w.narrow.out, x, nil, n)
		if !w.team.wait(ctx) {
			return
		}
		if i == last {
			x = w.narrow.out
			break
		}
		w.out = grow(w.out, size)
		// out of shared memory, into which the next layer writes
		copy(w.out, w.narrow.out)
		if !w.team.wait(ctx) {
			return
		}
		l.settle(w.out, n)
		x = w.out
	}
	outputs := w.Outputs()
	for pick := w.team.take(); pick < n; pick = w.team.take() {
		row := x[pick*outputs:][:outputs]
		if last >= 0 {
			w.Head[last].settle(row, 1)
		}
		for _, r := range w.reads {
			if int(r.pick) == pick {
				w.visit(int(r.output), row)
			}
		}
	}
}

// split is dense, divided among the workers.
func (w *worker) split(d *Dense, dst, x, residual []float32, n int) {
	e := f32.Epilogue{Scale: d.Scale, Bias: d.Bias, Activation: d.Activation, Residual: residual}
	w.panelsOf(d.Weight, func(lo, hi int) { w.multiply(d, dst, x, n, lo, hi, &e) })
}

// panelsOf runs do for the panels of m that the worker takes.
func (w *worker) panelsOf(m Matrix, do func(lo, hi int)) {
	// pieces a worker, so that one that is late takes fewer
	const each = 4
	n := m.Panels()
	pieces := min(n, each*int(w.team.size))
	for i := w.team.take(); i < pieces; i = w.team.take() {
		do(i*n/pieces, (i+1)*n/pieces)
	}
}
