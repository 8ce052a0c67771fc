package transformer

import "math"

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
	Window             int     // only keys at positions less than Window away are seen; 0 means all are
	Bias               *Bias
	Relative           *Relative
	Output             Dense // Heads·HeadSize to width
	Within             Norm  // of the output before it is added to the input
	After              Norm  // of the sum
}

// scoreFloats bounds the scores that are held at a time, unless one tile's
// take more: so memory grows with the length, not with its square, and a
// softmax still sees its whole row.
const scoreFloats = 1 << 16

// blockKeys is how many keys are packed together where not every query sees
// all. It is a multiple of what a reduction works in, so that a row of scores
// may begin with any block and be summed in the same order.
const blockKeys = 96

// attend computes the heads' weighted means for the segments of c in block i:
// the queries of all rows, or of those that were picked.
// An item is a segment and a head of keys: the queries that share the head are done by
// one worker, which packs its keys once.
func (w *worker) attend(c chunk, i int, full, queries *activations) {
	heads := w.keyHeads()
	for item := w.team.take(); item < c.segments.len()*heads; item = w.team.take() {
		s, head := &w.segments[c.segments.lo+item/heads], item%heads
		if s.rows.len() == 0 {
			continue
		}
		rows := w.queries(c, s, full != queries)
		if w.narrow.on {
			w.turnHead(i, head, full, rows)
		}
		if w.cache != nil {
			w.keep(s, c, i, head, full)
		}
		if rows.len() == 0 {
			continue
		}
		w.see(s, c, i, head, full)
		w.heads(i, head, queries, rows)
	}
}

// turnHead does turn for a head of keys and those of queries that share it.
// In a pass of few rows each worker turns what it is about to use, which spares a step
// that all would wait for.
func (w *worker) turnHead(i, head int, a *activations, rows span) {
	at, group := &w.Blocks[i].Attention, w.Heads/w.keyHeads()
	w.turn(at, a, rows.lo, rows.hi, head*group, (head+1)*group)
	w.turn(at, a, rows.lo, rows.hi, w.Heads+head, w.Heads+head+1)
}

// queries returns the rows of s among the activations of c, or its picks among
// those that were picked, and notes which tokens of the sequence they are.
// Their numbers are counted from the start of the sequence, shared tokens included.
func (w *worker) queries(c chunk, s *segment, picked bool) span {
	l := &w.look
	l.at = l.at[:0]
	if picked {
		for _, row := range w.picks[s.picks.lo:s.picks.hi] {
			l.at = append(l.at, s.depth+row-int32(s.rows.lo))
		}
		return span{s.picks.lo - c.picks.lo, s.picks.hi - c.picks.lo}
	}
	for i := range s.rows.len() {
		l.at = append(l.at, s.depth+int32(i))
	}
	return span{s.rows.lo - c.rows.lo, s.rows.hi - c.rows.lo}
}

// heads computes, for rows of a, the heads of queries that share a head of keys.
// Grouped-query attention (Ainslie et al. 2023): group heads of queries have one of keys.
func (w *worker) heads(i, head int, a *activations, rows span) {
	size, projected, attended := w.headSize(), w.projected(), w.attended()
	group := w.Heads / w.keyHeads()
	q := w.question(i)
	for h := head * group; h < (head+1)*group; h++ {
		q.head, q.tokens, q.rows = h, a.tokens[rows.lo:rows.hi], rows.len()
		q.from, q.ldFrom = a.projected[rows.lo*projected+h*size:], projected
		q.to, q.ldTo = a.attended[rows.lo*attended+h*size:], attended
		w.look.answer(&q)
	}
}

// question returns what is asked in self-attention of block i.
func (w *worker) question(i int) question {
	at := &w.Blocks[i].Attention
	q := question{
		block: i, scale: w.scale(at.Scale), cap: at.Cap, window: at.Window,
		causal: w.Causal, bias: at.Bias, relative: at.Relative,
	}
	if tap := w.batch.Tap; tap != nil {
		q.show = tap.Attention
	}
	return q
}

// scale returns the scale of scores, that of the head's size unless set.
func (m *Model) scale(set float32) float32 {
	if set != 0 {
		return set
	}
	return float32(1 / math.Sqrt(float64(m.headSize())))
}
