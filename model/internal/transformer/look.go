package transformer

import (
	"math"
	"slices"

	"github.com/whence-xai/whence/model/internal/f32"
)

// A look is the keys and values of one head that queries are about to see, and
// the memory for what they find.
type look struct {
	first     int       // token of the sequence that the keys begin with
	n         int       // keys
	deep      int       // keys of a block, but perhaps the last
	blocks    []packed  // by key
	positions []int32   // of the keys, where somebody asks for distances
	running   bool      // they are one after the other
	rows      []keyRows // of keys as they were before they were packed

	at     []int32 // tokens of the sequence that the queries are
	places []int32
	pieces []piece
	own    []packed // for blocks, in memory of their own
	cached []packed // for blocks, in a cache's memory
	scores []float32
	turned []float32 // [n][distances]: keys by relative queries
	bent   []float32 // [rows][distances]: queries by relative keys
}

// A packed is a block of keys with their values.
type packed struct{ keys, values f32.Matrix }

// keyRows are adjacent keys of a head, ld apart, the first being that of token at.
type keyRows struct {
	x     []float32
	ld    int
	at, n int
}

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
func (l *look) answer(q *question) {
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
func (l *look) some(q *question, lo, hi int) {
	from, to := l.reach(q, lo, hi)
	blocks := l.blocks[from/l.deep : divideUp(to, l.deep)]
	from = from / l.deep * l.deep
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
		e.From = means
	}
}

// score writes scores of queries from lo on with the keys of blocks.
func (l *look) score(q *question, blocks []packed, lo, rows, width int) {
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
func (l *look) reach(q *question, lo, hi int) (from, to int) {
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
func (l *look) seen(q *question, i int) int {
	if q.causal {
		return int(l.at[i]) + 1 - l.first
	}
	return l.n
}

// adjust adds to the scores of query lo+i with the keys from number from on
// what their distances say, and hides the keys that it does not see.
func (l *look) adjust(q *question, row []float32, from, lo, i int) {
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

// see gathers the keys that the queries in l.at see, of the rows of s and of
// those that its sequence shares.
func (w *worker) see(s *segment, c chunk, i, head int, a *activations) {
	l, at := &w.look, &w.Blocks[i].Attention
	l.first, l.n = 0, int(s.depth)+s.rows.len()
	if w.Causal {
		l.n = int(l.at[len(l.at)-1]) + 1
	}
	if at.Window > 0 || at.Bias != nil || at.Relative != nil {
		w.place(s)
	}
	if w.cache != nil {
		w.recall(s, i, head)
		return
	}
	l.deep = l.n
	if w.Causal || at.Window > 0 {
		l.deep = blockKeys
	}
	if w.Causal && at.Window > 0 && l.running && w.batch.Tap == nil {
		l.first = max(0, int(l.at[0])-at.Window+1) / blockKeys * blockKeys
		l.n -= l.first
		l.positions = l.positions[l.first:]
	}
	w.gather(s, c, head, a)
}

// gather packs the keys and values of the look.
func (w *worker) gather(s *segment, c chunk, head int, a *activations) {
	l, size, projected := &w.look, w.headSize(), w.projected()
	count := divideUp(l.n, l.deep)
	for len(l.own) < count {
		l.own = append(l.own, packed{})
	}
	l.blocks, l.rows = l.own[:count], l.rows[:0]
	for b := range l.blocks {
		n := min(l.deep, l.n-b*l.deep)
		l.blocks[b].keys.Reset(size, n)
		l.blocks[b].values.Reset(n, size)
	}
	values := w.keyHeads() * size
	l.pieces = w.path(l.pieces[:0], s, l.first, l.first+l.n)
	for _, p := range l.pieces {
		x := a.projected[(p.row-c.rows.lo)*projected+(w.Heads+head)*size:]
		l.rows = append(l.rows, keyRows{x, projected, p.at - l.first, p.n})
		for at, end := p.at-l.first, p.at-l.first+p.n; at < end; {
			b := &l.blocks[at/l.deep]
			n := min(end-at, l.deep-at%l.deep)
			b.keys.SetColumns(at%l.deep, x, projected, n)
			b.values.SetRows(at%l.deep, x[values:], projected, n)
			at += n
			if at < end {
				x = x[n*projected:]
			}
		}
	}
}

// place notes the positions of the keys.
func (w *worker) place(s *segment) {
	l := &w.look
	l.places = slices.Grow(l.places[:0], l.n)[:l.n]
	l.positions = l.places
	if w.cache != nil {
		w.cache.positions(l.positions, int(s.sequence))
	}
	l.pieces = w.path(l.pieces[:0], s, 0, l.n)
	for _, p := range l.pieces {
		for i, token := range w.rows[p.row:][:p.n] {
			l.positions[p.at+i] = w.batch.Positions[token]
		}
	}
	l.running = running(l.positions)
}

// running tells whether positions follow one another.
func running(positions []int32) bool {
	for i, p := range positions {
		if p != positions[0]+int32(i) {
			return false
		}
	}
	return true
}
