package transformer

import (
	"math"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A question is the queries of one head and what is done with their scores.
type question struct {
	block, head  int
	tokens       []int32 // of the batch
	rows         int
	from, to     []float32 // queries, and where the means go
	ldFrom, ldTo int
	scale, cap   float32
	window       int
	causal       bool
	bias         *Bias
	relative     *Relative
	show         func(block, head, token int, weights []float32)
}

// distances tells whether positions of keys matter.
func (q *question) distances() bool { return q.window > 0 || q.bias != nil || q.relative != nil }

// answer computes softmax(query·keyᵀ·scale)·value.
// Queries are taken in portions, so that scores stay small, and in a causal model so that
// a portion skips the keys behind it.
func (l *attendedKeys) answer(q *question) {
	if q.relative != nil {
		l.turnKeys(q)
	}
	step := min(q.rows, max(tileRows, scoreFloats/l.n))
	if q.causal {
		step = min(step, blockKeys)
	}
	for lo := 0; lo < q.rows; lo += step {
		l.some(q, lo, min(q.rows, lo+step))
	}
}

// some answers for queries lo..hi.
// The softmax sees whole rows, and a row's sums run from block to block, whose borders
// are the same whatever is asked beside it: so its numbers don't depend on its batch.
func (l *attendedKeys) some(q *question, lo, hi int) {
	from, to := l.reach(q, lo, hi)
	blocks := l.blocks[from/l.deep : divideUp(to, l.deep)]
	from = from / l.deep * l.deep
	// of a row of scores: all keys of the blocks, those behind the last one too
	width := 0
	for i := range blocks {
		width += blocks[i].keys.Out()
	}
	rows := hi - lo
	l.scores = grow(l.scores, rows*width)
	l.score(q, blocks, lo, rows, width)
	for i := range rows {
		l.adjust(q, l.scores[i*width:][:width], from, lo, i)
	}
	f32.SoftmaxRows(l.scores, width, rows, width)
	if q.show != nil {
		for i := range rows {
			q.show(q.block, q.head, int(q.tokens[lo+i]), l.scores[i*width:][:l.seen(q, lo+i)-from])
		}
	}
	means := q.to[lo*q.ldTo:]
	var e f32.Epilogue
	for i := range blocks {
		f32.Gemm(means, q.ldTo, l.scores[i*l.deep:], width, rows, &blocks[i].values, 0, blocks[i].values.Panels(), &e)
		// sums go on from those of the block before
		e.From = means
	}
}

// score writes scores of queries from lo on with the keys of blocks.
// s·scale, or cap·tanh(s·scale/cap): dividing by the cap is part of the scale.
func (l *attendedKeys) score(q *question, blocks []packed, lo, rows, width int) {
	e := f32.Epilogue{Scale: q.scale}
	if q.cap != 0 {
		e = f32.Epilogue{Scale: q.scale / q.cap, Activation: f32.Tanh}
	}
	for i := range blocks {
		f32.Gemm(l.scores[i*l.deep:], width, q.from[lo*q.ldFrom:], q.ldFrom, rows, &blocks[i].keys, 0, blocks[i].keys.Panels(), &e)
	}
	if q.cap != 0 {
		f32.Scale(l.scores, l.scores, q.cap)
	}
	if q.relative != nil {
		l.bendQueries(q, lo, rows)
	}
}

// reach returns which keys, counted from the first, queries lo..hi see at
// most, from a whole block of them on.
// It only leaves out what no query of the portion sees; adjust hides the rest.
func (l *attendedKeys) reach(q *question, lo, hi int) (from, to int) {
	from, to = 0, l.n
	if q.causal {
		to = l.seen(q, hi-1)
	}
	if q.window > 0 && l.running && q.show == nil {
		from = max(0, int(l.at[lo])-q.window+1-l.first) / blockKeys * blockKeys
		if !q.causal {
			to = min(to, int(l.at[hi-1])+q.window-l.first)
		}
	}
	return from, to
}

// seen returns the keys up to the last that query i sees.
func (l *attendedKeys) seen(q *question, i int) int {
	if q.causal {
		return int(l.at[i]) + 1 - l.first
	}
	return l.n
}

// adjust adds to the scores of query lo+i with the keys from number from on
// what their distances say, and hides the keys that it does not see.
// Hidden scores are −∞, whose weight is 0 exactly.
func (l *attendedKeys) adjust(q *question, row []float32, from, lo, i int) {
	query, hidden := lo+i, float32(math.Inf(-1))
	if q.distances() {
		n := min(len(row), l.n-from)
		at := l.positions[int(l.at[query])-l.first]
		keys := l.positions[from : from+n]
		if q.bias != nil {
			q.bias.add(row[:n], q.head, at, keys, l.running)
		}
		if q.relative != nil {
			q.relative.add(row[:n], l.bent[i*q.relative.rows():], l.turned[from*q.relative.rows():], at, keys)
		}
		if q.window > 0 {
			hideFar(row[:n], at, keys, int32(q.window), l.running)
		}
	}
	if q.causal {
		for j := l.seen(q, query) - from; j < len(row); j++ {
			row[j] = hidden
		}
	}
}

// hideFar hides the keys that are window or farther from position at.
func hideFar(row []float32, at int32, keys []int32, window int32, running bool) {
	hidden := float32(math.Inf(-1))
	if running {
		lo := min(len(row), max(0, int(at-window+1-keys[0])))
		hi := min(len(row), max(0, int(at+window-keys[0])))
		for j := range lo {
			row[j] = hidden
		}
		for j := hi; j < len(row); j++ {
			row[j] = hidden
		}
		return
	}
	for j, key := range keys {
		if key <= at-window || key >= at+window {
			row[j] = hidden
		}
	}
}
