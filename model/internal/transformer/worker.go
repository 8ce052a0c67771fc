package transformer

import (
	"context"

	"github.com/whence-xai/whence/model/internal/f32"
)

// Activations are the rows of a chunk between two steps of a block.
// They are one allocation a chunk, as large as the largest chunk needs.
type activations struct {
	tokens    []int32   // of the rows
	hidden    []float32 // [rows][width]
	projected []float32 // [rows][projected]: queries, keys, values
	attended  []float32 // [rows][attended]
}

// A worker is a goroutine's part of a pass and its own memory.
type worker struct {
	*pass
	team *team
	// solo is a team of this worker alone, for chunks that are not shared: then waiting is
	// nothing.
	solo   team
	full   *activations // of all rows of the chunk
	picked *activations // of those that the head reads
	own    [2]activations

	// middle is what comes out of attention, before the feed-forward layer.
	middle []float32 // [blockRows][width]
	// normed is what a norm before a layer makes.
	normed []float32 // [blockRows][width]
	// inner is within the feed-forward layer, gates its other half.
	inner   []float32    // [blockRows][inner]
	gates   []float32    // [blockRows][inner]
	between [2][]float32 // rows within the head
	out     []float32    // rows of outputs
	state   []float32    // all rows, where they are few
	cross   crossBuffers
	look    attendedKeys
	summed  []int32   // the tokens that are summed
	sums    []float32 // to these rows
	sumRows func()    // sumTokens, made once
	brief   f32.BFloat16Rows
	coarse  f32.Int8Rows
}

// join readies worker i for chunks of at most that many rows and picks.
// Where chunks are shared, the activations are the first worker's.
func (w *worker) join(p *pass, i, rows, picks int) {
	w.pass = p
	if w.sumRows == nil {
		w.sumRows = w.sumTokens
	}
	w.team, w.full, w.picked = &w.solo, &w.own[0], &w.own[1]
	w.solo.reset(1)
	if p.shareChunks {
		w.team, w.full, w.picked = &p.all, &p.workers[0].own[0], &p.workers[0].own[1]
	}
	if p.narrow.on && i == 0 {
		p.narrow.grow(rows, p.Model)
	} else if !p.shareChunks || i == 0 {
		w.full.grow(rows, p.Model)
		w.picked.grow(picks, p.Model)
	}
	width := max(p.Width(), p.Embedding.Tokens.Width)
	inner, gates := 0, 0
	for i := range p.Blocks {
		f := &p.Blocks[i].FeedForward
		inner = max(inner, f.Up.Weight.Out())
		if f.Gate.Weight != nil {
			gates = max(gates, f.Gate.Weight.Out())
		}
	}
	w.middle = grow(w.middle, blockRows*width)
	w.normed = grow(w.normed, blockRows*width)
	w.inner = grow(w.inner, blockRows*inner)
	w.gates = grow(w.gates, blockRows*gates)
}

func (a *activations) grow(rows int, m *Model) {
	a.hidden = grow(a.hidden, rows*m.Width())
	a.projected = grow(a.projected, rows*m.projected())
	a.attended = grow(a.attended, rows*m.attended())
}

// run does the worker's part of the pass.
// Chunks that are not shared are taken by whoever is free.
func (w *worker) run(ctx context.Context) {
	if w.narrow.on {
		w.few(ctx)
		return
	}
	if w.sharing {
		w.share()
		if !w.all.wait(ctx) {
			return
		}
	}
	if w.shareChunks {
		for _, c := range w.chunks {
			if !w.chunk(ctx, c) {
				return
			}
		}
		return
	}
	for i := w.all.take(); i < len(w.chunks); i = w.all.take() {
		if !w.chunk(ctx, w.chunks[i]) {
			return
		}
	}
}

// share computes the shared rows.
func (w *worker) share() {
	s := &w.shared
	a := &activations{tokens: s.first, hidden: s.hidden, projected: s.projected}
	for lo, hi, ok := w.all.rows(len(s.first)); ok; lo, hi, ok = w.all.rows(len(s.first)) {
		w.embed(a, lo, hi)
		w.project(a, 0, lo, hi)
	}
}

// chunk takes the segments of c through the model, with the rest of the team.
// It returns false if ctx ended.
// A step of the team stands between what writes rows and what reads those of others.
func (w *worker) chunk(ctx context.Context, c chunk) bool {
	// Each worker says so to itself and, the same, to the others of its team.
	full, picked := *w.full, *w.picked
	full.tokens, picked.tokens = w.rows[c.rows.lo:c.rows.hi], w.pickTokens[c.picks.lo:c.picks.hi]
	w.enter(c, &full)
	last := len(w.Blocks) - 1
	for i := range last {
		if !w.team.wait(ctx) {
			return false
		}
		w.attend(c, i, &full, &full)
		if !w.team.wait(ctx) {
			return false
		}
		w.advance(c, i, &full, false)
	}
	return w.finish(ctx, c, &full, &picked)
}

// enter makes the rows that the first block attends to.
func (w *worker) enter(c chunk, a *activations) {
	width, projected := w.Width(), w.projected()
	n := c.rows.len()
	for lo, hi, ok := w.team.rows(n); ok; lo, hi, ok = w.team.rows(n) {
		if !w.sharing {
			w.embed(a, lo, hi)
			w.project(a, 0, lo, hi)
			continue
		}
		for i := lo; i < hi; i++ {
			row := int(w.shared.of[c.rows.lo+i])
			copy(a.hidden[i*width:][:width], w.shared.hidden[row*width:])
			copy(a.projected[i*projected:][:projected], w.shared.projected[row*projected:])
		}
	}
}

// finish takes c through the last block and the head.
// Pruned, the order is pick, attend, advance: queries of the rows that are read are made
// from their picked copies. Else all rows are done and then picked.
func (w *worker) finish(ctx context.Context, c chunk, full, picked *activations) bool {
	last := len(w.Blocks) - 1
	if !w.team.wait(ctx) {
		return false
	}
	if !w.pruned() {
		w.attend(c, last, full, full)
		if !w.team.wait(ctx) {
			return false
		}
		w.advance(c, last, full, false)
		if !w.team.wait(ctx) {
			return false
		}
		w.pick(c, full, picked)
	} else {
		w.pick(c, full, picked)
		if !w.team.wait(ctx) {
			return false
		}
		w.attend(c, last, full, picked)
		if !w.team.wait(ctx) {
			return false
		}
		w.advance(c, last, picked, true)
	}
	if !w.team.wait(ctx) {
		return false
	}
	w.read(c, picked)
	return w.team.wait(ctx)
}

// pruned tells whether the last block computes only the rows that are read.
func (p *pass) pruned() bool { return !p.NoPruned && p.batch.Tap == nil }
