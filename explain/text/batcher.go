package text

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/whence-xai/whence/model"
)

// A Batcher lets games that run side by side ask a model together: while one call
// of the model runs, what others ask meanwhile is gathered for the next. As a score
// does not depend on its batch, neither does any result.
//
// Whoever asks keeps its own context, and is not kept waiting when that ends; the
// model goes on for the others of the batch, and stops when all their contexts have
// ended. Where a call of the model fails or panics, each game of the batch is asked
// alone, so that only the one at fault is told.
//
// A batcher is for one model. Its zero value is ready, and safe for concurrent use.
type Batcher struct {
	mu      sync.Mutex
	waiting []*ask
	busy    bool // a goroutine is there that will see to those that wait
}

// Share returns a target that scores as t does, together with others. What is asked
// of targets with the same names and scale is asked in one call.
func (b *Batcher) Share(t Target) Target {
	return shared{t, t.Scale() + "\x00" + strings.Join(t.Names(), "\x00"), b}
}

type shared struct {
	Target
	kind    string // equal where targets are
	batcher *Batcher
}

// Score waits until the scores of seqs are in dst, or ctx is done.
func (s shared) Score(ctx context.Context, dst []float64, seqs []model.Sequence) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a := &ask{target: s.Target, kind: s.kind, ended: ctx.Done(), done: make(chan struct{})}
	for _, q := range seqs { // whose memory is the game's again when ctx is done
		a.seqs = append(a.seqs, model.Sequence{
			IDs: slices.Clone(q.IDs), Types: slices.Clone(q.Types), Positions: slices.Clone(q.Positions), Hidden: slices.Clone(q.Hidden),
		})
	}
	s.batcher.add(a)
	select {
	case <-a.done:
	case <-ctx.Done():
		s.batcher.leave(a)
		return ctx.Err()
	}
	if a.panicked != nil {
		panic(a.panicked)
	}
	copy(dst, a.scores)
	return a.err
}

// An ask is sequences whose scores somebody waits for.
type ask struct {
	target Scorer
	kind   string
	seqs   []model.Sequence
	ended  <-chan struct{} // is closed when nobody waits any more
	answer
	done chan struct{} // closed when the answer is there
	call *call         // the last of the model for it; guarded by the batcher's mutex
}

// awaited reports whether somebody waits for the answer.
func (a *ask) awaited() bool {
	select {
	case <-a.ended:
		return false
	default:
		return true
	}
}

// An answer is what came of a call of the model.
type answer struct {
	scores   []float64
	err      error
	panicked any // what the model panicked with, and where
}

// add has an ask answered.
func (b *Batcher) add(a *ask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = append(b.waiting, a)
	if !b.busy {
		b.busy = true
		go b.serve()
	}
}

// leave tells that nobody waits for an ask any more. Whoever is the last to leave a
// call of the model ends it, and sees it end.
func (b *Batcher) leave(a *ask) {
	b.mu.Lock()
	c, last := a.call, false
	// Before an ask is in a call, next and join pass it over by its context.
	if c != nil {
		c.present--
		last = c.present == 0
	}
	b.mu.Unlock()
	if last {
		c.cancel()
		<-c.over
	}
}

// serve answers those that wait, until there is nobody.
func (b *Batcher) serve() {
	for asks := b.next(); len(asks) > 0; asks = b.next() {
		if b.ask(asks) {
			continue
		}
		for i := range asks {
			b.ask(asks[i : i+1])
		}
	}
}

// next takes all of one kind from those that wait.
func (b *Batcher) next() (now []*ask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var later []*ask
	for _, a := range b.waiting {
		switch {
		case !a.awaited():
		// One call has one target, so what is asked of others waits for the next.
		case len(now) == 0 || a.kind == now[0].kind:
			now = append(now, a)
		default:
			later = append(later, a)
		}
	}
	// In one step under the lock: whoever adds an ask either is seen here or sees
	// that nobody is busy, so no ask is left without a goroutine to answer it.
	b.waiting, b.busy = later, len(now) > 0
	return now
}

// ask answers asks of one kind in one call of the model, and reports whether it did:
// a fault of several is nobody's answer.
func (b *Batcher) ask(asks []*ask) (answered bool) {
	ctx, cancel := context.WithCancel(context.Background()) // nobody's own
	defer cancel()
	c := &call{cancel: cancel, over: make(chan struct{})}
	if asks = b.join(asks, c); len(asks) == 0 {
		return true
	}
	// In a goroutine of its own, which Goexit within the model may end: over is
	// closed all the same, and the batcher lives on.
	go c.run(ctx, asks)
	<-c.over
	if len(asks) > 1 && (c.err != nil || c.panicked != nil) {
		return false
	}
	for _, a := range asks {
		n := len(a.seqs) * a.target.Outputs()
		a.answer = c.answer
		a.scores, c.scores = c.scores[:n], c.scores[n:]
		close(a.done)
	}
	return true
}

// join makes a call that of all asks that somebody waits for, and returns them.
func (b *Batcher) join(asks []*ask, c *call) (present []*ask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range asks {
		if a.awaited() {
			a.call = c
			present = append(present, a)
		}
	}
	c.present = len(present)
	return present
}

// A call is one of the model.
type call struct {
	present int // asks that nobody has left; guarded by the batcher's mutex
	cancel  context.CancelFunc
	over    chan struct{} // closed when the answer is there
	answer
}

var errEnded = errors.New("text: the model's goroutine ended in the middle")

// run asks the model, whatever becomes of its goroutine.
func (c *call) run(ctx context.Context, asks []*ask) {
	defer close(c.over)
	defer func() {
		if v := recover(); v != nil {
			c.panicked = fmt.Sprintf("%v\n\n%s", v, debug.Stack())
		}
	}()
	var seqs []model.Sequence
	for _, a := range asks {
		seqs = append(seqs, a.seqs...)
	}
	target := asks[0].target
	c.scores, c.err = make([]float64, len(seqs)*target.Outputs()), errEnded
	c.err = target.Score(ctx, c.scores, seqs)
}
