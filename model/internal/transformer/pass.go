package transformer

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
)

const (
	// chunkTokens is about how many tokens go through the blocks together, few
	// enough for their activations and a block's weights to stay in cache.
	chunkTokens = 512
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
type pass struct {
	*Model
	batch   *Batch
	dst     []float32
	sharing bool
	shared  shared
	chunks  []chunk
	team    bool // all workers share each chunk; else each takes its own
	all     crew
	hands   []worker // as many as there are threads
	workers []worker // those of them that this batch needs
	wait    sync.WaitGroup
}

// Each calls visit with the head's outputs for every row of b that is read, i
// counting these. It is called by several goroutines at the same time, in no
// order; outputs are its own until it returns. So a large vocabulary's numbers
// need not be in memory for all rows at once.
func (m *Model) Each(ctx context.Context, b *Batch, visit func(i int, outputs []float32)) error {
	return errors.New("transformer: not yet")
}

// Predict writes the head's outputs for n hidden rows, of Width() numbers and
// before the final norm, to dst, Outputs() of them a row.
func (m *Model) Predict(dst, hidden []float32, n int) {}

// Forward writes the head's outputs for every row of b that is read to dst,
// Outputs() of them a row. It returns ctx's error if that ends before the work.
func (m *Model) Forward(ctx context.Context, dst []float32, b *Batch) error {
	if b.Len() == 0 {
		return ctx.Err()
	}
	p, _ := m.passes.Get().(*pass)
	if p == nil {
		p = &pass{Model: m}
	}
	defer m.passes.Put(p)
	p.batch, p.dst = b, dst[:b.Len()*m.Outputs()]
	p.plan()
	for i := range p.workers[1:] {
		w := &p.workers[i+1]
		p.wait.Go(func() { w.run(ctx) })
	}
	p.workers[0].run(ctx)
	p.wait.Wait()
	p.batch, p.dst = nil, nil
	if p.stopped() {
		return ctx.Err()
	}
	return nil
}

// plan decides what is shared and how the batch is divided, and makes room.
func (p *pass) plan() {
	threads := p.Threads
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	if len(p.hands) != threads {
		p.hands = make([]worker, threads)
	}
	threads = max(1, min(threads, len(p.batch.Tokens)/workerTokens))
	p.workers = p.hands[:threads]
	p.all.reset(threads)
	width := p.Width()
	p.sharing = !p.NoShared && p.shared.find(p.batch, sharedBytes/(4*4*width))
	if p.sharing {
		n := len(p.shared.first)
		p.shared.hidden = grow(p.shared.hidden, n*width)
		p.shared.projected = grow(p.shared.projected, n*3*width)
	}
	p.divide(threads)
	tokens, sequences := 0, 0
	for _, c := range p.chunks {
		tokens = max(tokens, p.tokens(c))
		sequences = max(sequences, c.hi-c.lo)
	}
	for i := range p.workers {
		p.workers[i].join(p, i, tokens, sequences)
	}
}

// divide cuts the batch into chunks, as many for every worker where there are
// enough sequences; else the workers share each chunk.
func (p *pass) divide(threads int) {
	total := len(p.batch.Tokens)
	rounds := max(1, (total+chunkTokens*threads/2)/(chunkTokens*threads))
	p.chunks = p.batch.chunks(p.chunks[:0], max(1, total/(rounds*threads)))
	p.team = threads > 1 && p.makespan(threads) > total/threads*5/4
	if p.team {
		p.chunks = p.batch.chunks(p.chunks[:0], chunkTokens)
	}
}

// makespan returns the tokens of the busiest of the workers if each takes the
// next chunk when it is free.
func (p *pass) makespan(threads int) int {
	busy := make([]int, threads)
	for _, c := range p.chunks {
		i := slices.Index(busy, slices.Min(busy))
		busy[i] += p.tokens(c)
	}
	return slices.Max(busy)
}

// tokens returns the number of tokens in c.
func (p *pass) tokens(c chunk) int { return int(p.batch.Starts[c.hi] - p.batch.Starts[c.lo]) }

// stopped tells whether a worker left before the end.
func (p *pass) stopped() bool {
	for i := range p.workers {
		if p.workers[i].crew.stopped.Load() {
			return true
		}
	}
	return p.all.stopped.Load()
}

// grow returns x with length n; the contents are undefined.
func grow(x []float32, n int) []float32 { return slices.Grow(x[:0], n)[:n] }
