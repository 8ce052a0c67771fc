package corpus

import (
	"context"
	"strings"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model"
)

// A Pool lets games that run side by side ask a model together: while one call
// of the model runs, what others ask meanwhile is laid together for the next.
// As a score does not depend on its batch, neither does any result. A pool is for
// one model. Make one with [NewPool]; it is safe for concurrent use.
type Pool struct {
	turn    chan struct{} // held by whoever calls the model
	waiting chan []*request
}

// A request is sequences that a game waits for.
type request struct {
	target text.Scorer
	kind   string // equal where targets are
	dst    []float64
	seqs   []model.Sequence
	err    error
	done   chan struct{} // closed when dst or err is there
}

// NewPool returns a pool in which nobody waits.
func NewPool() *Pool {
	p := &Pool{turn: make(chan struct{}, 1), waiting: make(chan []*request, 1)}
	p.waiting <- nil
	return p
}

// Share returns a target that scores as t does, through the pool. What is asked
// of targets with the same names and scale is asked in one call.
func (p *Pool) Share(t text.Target) text.Target {
	return shared{t, t.Scale() + "\x00" + strings.Join(t.Names(), "\x00"), p}
}

type shared struct {
	text.Target
	kind string
	pool *Pool
}

// Score waits until the scores of seqs are in dst.
func (s shared) Score(ctx context.Context, dst []float64, seqs []model.Sequence) error {
	r := &request{target: s.Target, kind: s.kind, dst: dst, seqs: seqs, done: make(chan struct{})}
	s.pool.waiting <- append(<-s.pool.waiting, r)
	select {
	case <-r.done:
	case s.pool.turn <- struct{}{}:
		s.pool.serve(ctx) // r too, unless it is done already
		<-s.pool.turn
	}
	<-r.done
	return r.err
}

// serve answers all that wait, those of one target in one call.
func (p *Pool) serve(ctx context.Context) {
	requests := <-p.waiting
	p.waiting <- nil
	for len(requests) > 0 {
		var now, later []*request
		for _, r := range requests {
			if r.kind == requests[0].kind {
				now = append(now, r)
			} else {
				later = append(later, r)
			}
		}
		answer(ctx, now)
		requests = later
	}
}

// answer scores the sequences of requests of one kind in one call. If that fails,
// each is asked alone, so that one that is at fault does no harm to others.
func answer(ctx context.Context, requests []*request) {
	target := requests[0].target
	var seqs []model.Sequence
	for _, r := range requests {
		seqs = append(seqs, r.seqs...)
	}
	scores := make([]float64, len(seqs)*target.Outputs())
	err := target.Score(ctx, scores, seqs)
	if err != nil && len(requests) > 1 {
		for _, r := range requests {
			answer(ctx, []*request{r})
		}
		return
	}
	for _, r := range requests {
		n := copy(r.dst, scores[:len(r.seqs)*target.Outputs()])
		scores = scores[n:]
		r.err = err
		close(r.done)
	}
}
