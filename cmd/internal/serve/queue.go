package serve

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/whence-xai/whence/explain"
)

const (
	turnPasses = 64 // coalitions that a run may have valued before others have their turn
	sideBySide = 8  // turns at a time: enough for requests to share batches
	sideByLong = 4  // turns at a time that take more passes, as of models that write
)

// A queue lets runs share a machine: as many are admitted as can be answered soon,
// and those that have had the fewest passes go first.
type queue struct {
	most int // passes that may wait or run

	mu      sync.Mutex
	pending int // passes that were admitted and are not done
	running int // turns that were given and are not over
	long    int // those of them of more than turnPasses
	clock   int // passes that the run had had whose turn was given last
	waiting []*turn
	speed   speed
	now     func() time.Time
}

func newQueue(most int) *queue { return &queue{most: most, now: time.Now} }

// A busyError says that a request was refused because too much is waiting.
type busyError struct {
	after time.Duration // when there will be room, as far as anyone can tell
}

// Error says when to come again.
func (e *busyError) Error() string {
	return fmt.Sprintf("the server has more to do than it can answer soon: try again in %.0f s", e.after.Seconds())
}

// A share is what a run has of the machine.
type share struct {
	queue *queue
	left  int // passes that were admitted and are not done
	used  int // passes that it has had, or would have had if it had always been there
}

// admit lets in a run of so many passes, or returns a [busyError]. Whoever is let in
// leaves by done.
func (q *queue) admit(passes int) (*share, error) {
	s := &share{queue: q}
	return s, s.resize(passes)
}

// resize corrects how many passes the run has left to have, once that is known. It
// returns a [busyError] where these are more, and there is no room for them.
func (s *share) resize(passes int) error {
	q := s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	others := q.pending - s.left
	if passes > s.left && others > 0 && passes > q.most-others {
		return &busyError{q.speed.time(min(others, others+passes-q.most))}
	}
	q.pending, s.left = others+passes, passes
	return nil
}

// done gives back what the run did not need.
func (s *share) done() { _ = s.resize(0) }

// A turn is leave to use the machine for some passes.
type turn struct {
	share  *share
	passes int
	given  chan struct{}
}

// take waits for a turn, which ends when the function that it returns is called.
func (s *share) take(ctx context.Context, passes int) (end func(), err error) {
	q, t := s.queue, &turn{s, passes, make(chan struct{})}
	q.mu.Lock()
	s.used = max(s.used, q.clock) // who was not there has not saved anything up
	q.waiting = append(q.waiting, t)
	q.give()
	q.mu.Unlock()
	select {
	case <-t.given:
		return func() { q.end(t, passes) }, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	at := slices.Index(q.waiting, t)
	if at >= 0 {
		q.waiting = slices.Delete(q.waiting, at, at+1)
	}
	q.mu.Unlock()
	if at < 0 { // it was given meanwhile
		q.end(t, 0)
	}
	return nil, ctx.Err()
}

// give gives turns to those that wait, for as long as there is room.
func (q *queue) give() {
	for q.running < sideBySide {
		next := q.next()
		if next == nil {
			return
		}
		q.waiting = slices.DeleteFunc(q.waiting, func(t *turn) bool { return t == next })
		q.clock = next.share.used
		next.share.used += next.passes
		if next.passes > turnPasses {
			q.long++
		}
		if q.running++; q.running == 1 {
			q.speed.begin(q.now())
		}
		close(next.given)
	}
}

// next returns the turn to be given now, nil for none.
func (q *queue) next() (next *turn) {
	for _, t := range q.waiting {
		if (next == nil || t.share.used < next.share.used) && (t.passes <= turnPasses || q.long < sideByLong) {
			next = t
		}
	}
	return next
}

// end ends a turn in which so many passes were had.
func (q *queue) end(t *turn, passes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	done := min(passes, t.share.left)
	t.share.left -= done
	q.pending -= done
	q.running--
	if t.passes > turnPasses {
		q.long--
	}
	q.speed.end(q.now(), passes)
	q.give()
}

// game returns a game of the run whose values wait for their turn.
func (s *share) game(g explain.Game) explain.Game { return queued{g, s} }

type queued struct {
	explain.Game
	share *share
}

// Unwrap returns the game within.
func (q queued) Unwrap() explain.Game { return q.Game }

// Value writes the values of batch to dst, some at a time.
func (q queued) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	for lo := 0; lo < batch.Len(); lo += turnPasses {
		hi := min(lo+turnPasses, batch.Len())
		if err := q.turn(ctx, dst[lo*q.Outputs():hi*q.Outputs()], batch.Slice(lo, hi)); err != nil {
			return err
		}
	}
	return nil
}

// turn values coalitions in one turn, which is over even if the game panics.
func (q queued) turn(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	end, err := q.share.take(ctx, batch.Len())
	if err != nil {
		return err
	}
	defer end()
	return q.Game.Value(ctx, dst, batch)
}

// A speed tells how many passes a second the machine does of late.
type speed struct {
	passes, seconds float64
	since           time.Time
}

// remembered is over how many seconds of work a speed is measured, about.
const remembered = 10

func (s *speed) begin(now time.Time) { s.since = now }

func (s *speed) end(now time.Time, passes int) {
	s.passes += float64(passes)
	s.seconds += now.Sub(s.since).Seconds()
	s.since = now
	if s.seconds > 2*remembered {
		s.passes, s.seconds = s.passes/2, s.seconds/2
	}
}

// time returns how long so many passes will take, in whole seconds and one at least.
func (s *speed) time(passes int) time.Duration {
	if s.passes == 0 {
		return time.Second
	}
	return time.Duration(max(1, math.Ceil(float64(passes)*s.seconds/s.passes))) * time.Second
}
