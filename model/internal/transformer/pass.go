package transformer

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	// chunkTokens is about how many tokens go through the blocks together, few
	// enough for their activations and a block's weights to stay in cache.
	chunkTokens = 512
	// forestTokens is the same for sequences that share what they begin with:
	// the more of them are together, the less is computed again.
	forestTokens = 8 * chunkTokens
	// blockRows is how many rows go through a block's linear layers together.
	// It is a multiple of tileRows.
	blockRows = 192
	// tileRows is how many rows the tallest kernel computes together.
	tileRows = 8
	// workerTokens is how many tokens a worker must have to be of use: with
	// fewer all wait for the weights to come from memory.
	workerTokens = 8
)

// A pass is one batch on its way through a model.
// It is pooled with all its memory: of many batches of one size only the first allocates.
type pass struct {
	*Model
	batch *Batch
	cache *Cache // that its sequences are appended to, or nil
	visit func(i int, outputs []float32)
	layout
	sharing     bool
	shared      shared
	shareChunks bool // all workers share each chunk; else each takes its own
	narrow      narrow
	all         team
	hands       []worker // as many as there are threads
	workers     []worker // those of them that this batch needs
	wait        sync.WaitGroup
	fault       atomic.Pointer[error] // that ended it, if one did
}

// Forward writes the head's outputs for every row of b that is read to dst,
// Outputs() of them a row. It returns ctx's error if that ends before the work.
func (m *Model) Forward(ctx context.Context, dst []float32, b *Batch) error {
	return m.run(ctx, b, nil, m.copyTo(dst, b))
}

// Each calls visit with the head's outputs for every row of b that is read, i
// counting these. It is called by several goroutines at the same time, in no
// order; outputs are its own until it returns. So a large vocabulary's numbers
// need not be in memory for all rows at once.
func (m *Model) Each(ctx context.Context, b *Batch, visit func(i int, outputs []float32)) error {
	return m.run(ctx, b, nil, visit)
}

// copyTo returns what copies the outputs of b to dst.
func (m *Model) copyTo(dst []float32, b *Batch) func(i int, outputs []float32) {
	n := m.Outputs()
	dst = dst[:b.Rows()*n]
	return func(i int, outputs []float32) { copy(dst[i*n:][:n], outputs) }
}

// run takes b through the model.
// The caller's goroutine is the first worker.
func (m *Model) run(ctx context.Context, b *Batch, c *Cache, visit func(i int, outputs []float32)) error {
	if len(b.Tokens) == 0 {
		return ctx.Err()
	}
	p, _ := m.passes.Get().(*pass)
	if p == nil {
		p = &pass{Model: m}
	}
	defer m.passes.Put(p)
	p.batch, p.cache, p.visit = b, c, visit
	p.fault.Store(nil)
	p.plan()
	for i := range p.workers[1:] {
		w := &p.workers[i+1]
		p.wait.Go(func() { w.run(ctx) })
	}
	p.workers[0].run(ctx)
	p.wait.Wait()
	p.batch, p.cache, p.visit = nil, nil, nil
	if p.stopped() {
		if fault := p.fault.Load(); fault != nil {
			return *fault
		}
		return ctx.Err()
	}
	return nil
}

// plan decides what is shared and how the batch is divided, and makes room.
// Nothing here changes a number, only who computes it and how often.
func (p *pass) plan() {
	threads := p.threads()
	if len(p.hands) != threads {
		p.hands = make([]worker, threads)
	}
	p.narrow.on = p.cache != nil && len(p.batch.Tokens) <= narrowRows && p.batch.Tap == nil
	switch {
	case !p.narrow.on:
		threads = max(1, min(threads, len(p.batch.Tokens)/workerTokens))
	case p.Threads == 0 && p.light():
		threads = 1
	}
	p.workers = p.hands[:threads]
	p.all.reset(threads)
	p.lay(threads)
	p.find(p.batch, p.Causal)
	p.sharing = !p.NoShared && !p.narrow.on && p.batch.Tap == nil && p.shared.find(p.batch, p.rows, sharedBytes/(4*(p.Width()+p.projected())))
	if p.sharing {
		n := len(p.shared.first)
		p.shared.hidden = grow(p.shared.hidden, n*p.Width())
		p.shared.projected = grow(p.shared.projected, n*p.projected())
	}
	rows, picks := 0, 0
	for _, c := range p.chunks {
		rows, picks = max(rows, c.rows.len()), max(picks, c.picks.len())
	}
	for i := range p.workers {
		p.workers[i].join(p, i, rows, picks)
	}
}

// lay gives the tokens of the batch rows and cuts these into chunks.
func (p *pass) lay(threads int) {
	b := p.batch
	if p.Causal && p.cache == nil && !p.NoPrefixes && b.Tap == nil {
		p.forest(b, p.bound(forestTokens))
		p.shareChunks = threads > 1
		return
	}
	p.plain(b)
	if p.cache != nil {
		for i := range p.segments {
			p.segments[i].depth = int32(p.cache.Length(i))
		}
	}
	p.divide(threads)
}

// bound returns the tokens that are in memory at a time, usual if the model
// does not say.
func (p *pass) bound(usual int) int {
	if p.Tokens > 0 {
		return p.Tokens
	}
	return usual
}

// divide cuts the batch into chunks, as many for every worker where there are
// enough sequences; else the workers share each chunk.
// Chunks of their own spare the workers all waiting, if they are about equal: sharing
// begins where the busiest would have a quarter more than its share.
func (p *pass) divide(threads int) {
	if p.narrow.on {
		p.shareChunks = true
		p.chunk(0, len(p.segments))
		return
	}
	total, most := len(p.rows), p.bound(chunkTokens)
	rounds := max(1, (total+most*threads/2)/(most*threads))
	p.cut(max(1, total/(rounds*threads)))
	p.shareChunks = threads > 1 && p.makespan(threads) > total/threads*5/4
	if p.shareChunks {
		p.cut(most)
	}
}

// makespan returns the tokens of the busiest of the workers if each takes the
// next chunk when it is free.
func (p *pass) makespan(threads int) int {
	busy := make([]int, threads)
	for _, c := range p.chunks {
		i := slices.Index(busy, slices.Min(busy))
		busy[i] += c.rows.len()
	}
	return slices.Max(busy)
}

// projected returns how many numbers attention makes of a row.
func (m *Model) projected() int { return (m.Heads + 2*m.keyHeads()) * m.headSize() }

// attended returns how many numbers the heads make of a row.
func (m *Model) attended() int { return m.Heads * m.headSize() }

// stopped tells whether a worker left before the end.
func (p *pass) stopped() bool {
	for i := range p.workers {
		if p.workers[i].team.stopped.Load() {
			return true
		}
	}
	return p.all.stopped.Load()
}

// grow returns x with length n; the contents are undefined.
func grow(x []float32, n int) []float32 { return slices.Grow(x[:0], n)[:n] }
