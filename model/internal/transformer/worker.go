package transformer

import (
	"context"

	"github.com/whence-xai/whence/model/internal/f32"
)

// Activations are the rows of a chunk between two steps of a block.
type activations struct {
	hidden    []float32 // [rows][width]
	projected []float32 // [rows][3·width]: query, key, value
	attended  []float32 // [rows][width]
}

// A worker is a goroutine's part of a pass and its own memory.
type worker struct {
	*pass
	crew   *crew
	solo   crew
	full   *activations // of all rows of the chunk
	picked *activations // of the first row of each sequence
	own    [2]activations

	middle []float32 // [blockRows][width]
	inner  []float32 // [blockRows][inner]
	scores []float32
	keys   f32.Matrix
	values f32.Matrix
	brief  f32.BFloat16Rows
	coarse f32.Int8Rows
}

// join readies worker i for chunks of at most that many tokens and sequences.
func (w *worker) join(p *pass, i, tokens, sequences int) {
	w.pass = p
	w.crew, w.full, w.picked = &w.solo, &w.own[0], &w.own[1]
	w.solo.reset(1)
	if p.team {
		w.crew, w.full, w.picked = &p.all, &p.workers[0].own[0], &p.workers[0].own[1]
	}
	if !p.team || i == 0 {
		w.full.grow(tokens, p.Width())
		w.picked.grow(sequences, p.Width())
	}
	inner := 0
	for i := range p.Blocks {
		inner = max(inner, p.Blocks[i].FeedForward.Up.Weight.Out())
	}
	for _, d := range p.Head {
		inner = max(inner, d.Weight.Out())
	}
	w.middle = grow(w.middle, blockRows*p.Width())
	w.inner = grow(w.inner, blockRows*inner)
}

func (a *activations) grow(rows, width int) {
	a.hidden = grow(a.hidden, rows*width)
	a.projected = grow(a.projected, rows*3*width)
	a.attended = grow(a.attended, rows*width)
}

// run does the worker's part of the pass.
func (w *worker) run(ctx context.Context) {
	if w.sharing {
		w.share()
		if !w.all.wait(ctx) {
			return
		}
	}
	if w.team {
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
	n := len(w.shared.first)
	for lo, hi, ok := w.all.rows(n); ok; lo, hi, ok = w.all.rows(n) {
		for i, token := range w.shared.first[lo:hi] {
			w.embed(w.shared.hidden, lo+i, int(token))
		}
		w.project(&activations{hidden: w.shared.hidden, projected: w.shared.projected}, 0, lo, hi)
	}
}

// chunk takes the sequences of c through the model, with the rest of the crew.
// It returns false if ctx ended.
func (w *worker) chunk(ctx context.Context, c chunk) bool {
	w.enter(c)
	last := len(w.Blocks) - 1
	for i := range last {
		if !w.crew.wait(ctx) {
			return false
		}
		w.attend(c, false)
		if !w.crew.wait(ctx) {
			return false
		}
		w.advance(w.full, w.tokens(c), i)
	}
	return w.finish(ctx, c)
}

// enter makes the rows that the first block attends to.
func (w *worker) enter(c chunk) {
	base := int(w.batch.Starts[c.lo])
	width := w.Width()
	for lo, hi, ok := w.crew.rows(w.tokens(c)); ok; lo, hi, ok = w.crew.rows(w.tokens(c)) {
		if !w.sharing {
			for i := lo; i < hi; i++ {
				w.embed(w.full.hidden, i, base+i)
			}
			w.project(w.full, 0, lo, hi)
			continue
		}
		for i := lo; i < hi; i++ {
			row := int(w.shared.of[base+i])
			copy(w.full.hidden[i*width:][:width], w.shared.hidden[row*width:])
			copy(w.full.projected[i*3*width:][:3*width], w.shared.projected[row*3*width:])
		}
	}
}

// finish takes c through the last block and the head.
func (w *worker) finish(ctx context.Context, c chunk) bool {
	last := len(w.Blocks) - 1
	if !w.crew.wait(ctx) {
		return false
	}
	if w.NoPruned {
		w.attend(c, false)
		if !w.crew.wait(ctx) {
			return false
		}
		w.advance(w.full, w.tokens(c), last)
		if !w.crew.wait(ctx) {
			return false
		}
		w.pick(c)
	} else {
		w.pick(c)
		if !w.crew.wait(ctx) {
			return false
		}
		w.attend(c, true)
		if !w.crew.wait(ctx) {
			return false
		}
		w.advance(w.picked, c.hi-c.lo, last)
	}
	if !w.crew.wait(ctx) {
		return false
	}
	w.read(c)
	return w.crew.wait(ctx)
}
