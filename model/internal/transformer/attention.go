package transformer

import (
	"math"

	"github.com/whence-xai/whence/model/internal/f32"
)

// An Attention is self-attention with what stands around it. The numbers of
// its heads are as [Model] says.
type Attention struct {
	Before Norm // of the input
	// Project makes, of the width, the queries of all heads, then keys, then
	// values: (Heads + 2·KeyHeads)·HeadSize numbers.
	Project            Dense
	QueryNorm, KeyNorm Norm // of each head by itself, HeadSize numbers, before it is turned
	Rotary             *Rotary
	Scale              float32 // of scores; 0 means 1/√HeadSize
	Cap                float32 // scores s become Cap·tanh(s/Cap); 0 means they stay
	// Window is how many tokens are attended to, the query's own included, in
	// a causal model; else those less than Window away. 0 means all.
	Window   int
	Bias     *Bias
	Relative *Relative
	Output   Dense // Heads·HeadSize to width
	Within   Norm  // of the output before it is added to the input
	After    Norm  // of the sum
}

// scoreFloats bounds the scores that are held at a time: as many queries as
// have room with all their keys. So memory grows with the length, not with its
// square, and a softmax still sees its whole row.
const scoreFloats = 1 << 16

// attend computes the heads' weighted means for the sequences of c, for all
// rows or for those picked.
func (w *worker) attend(c chunk, picked bool) {
	base := int(w.batch.Starts[c.lo])
	for item := w.crew.take(); item < (c.hi-c.lo)*w.Heads; item = w.crew.take() {
		i, head := item/w.Heads, item%w.Heads
		lo, hi := w.batch.sequence(c.lo + i)
		keys := span{lo - base, hi - base}
		if picked {
			w.head(head, w.picked, span{i, i + 1}, keys)
		} else {
			w.head(head, w.full, keys, keys)
		}
	}
}

// A span is rows lo..hi.
type span struct{ lo, hi int }

// head computes softmax(query·keyᵀ/√size)·value of one head for the query rows
// of a and the key rows of the chunk.
func (w *worker) head(head int, a *activations, query, key span) {
	width := w.Width()
	size := width / w.Heads
	n := key.hi - key.lo
	rows := w.full.projected[key.lo*3*width+head*size:]
	w.keys.Repack(rows[width:], 3*width, n, size)
	w.values.RepackTransposed(rows[2*width:], 3*width, n, size)
	step := max(1, scoreFloats/n)
	w.scores = grow(w.scores, min(step, query.hi-query.lo)*n)
	plain, scale := f32.Epilogue{}, f32.Epilogue{Scale: float32(1 / math.Sqrt(float64(size)))}
	for lo := query.lo; lo < query.hi; lo += step {
		count := min(step, query.hi-lo)
		f32.Gemm(w.scores, n, a.projected[lo*3*width+head*size:], 3*width, count, &w.keys, 0, w.keys.Panels(), &scale)
		f32.SoftmaxRows(w.scores, n, count, n)
		f32.Gemm(a.attended[lo*width+head*size:], width, w.scores, n, count, &w.values, 0, w.values.Panels(), &plain)
	}
}
