package transformer

import (
	"math"

	"github.com/whence-xai/whence/model/internal/f32"
)

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
