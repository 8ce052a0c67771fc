package serve

import (
	"cmp"
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
)

// A queue lets runs share a machine: as many are admitted as can be answered soon,
// and those that have had the fewest passes go first.
type queue struct {
	most int // passes that may wait or run

	mu      sync.Mutex
	pending int // passes that were admitted and are not done
	running int // turns that were given and are not over
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
	used  int // passes that it has had, and a start no lower than of those that wait
}

// admit lets in a run of so many passes, or returns a [busyError]. Whoever is let in
// leaves by done.
func (q *queue) admit(passes int) (*share, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pending > 0 && q.pending+passes > q.most {
		return nil, &busyError{q.speed.time(q.pending + passes - q.most)}
	}
	q.pending += passes
	s := &share{queue: q, left: passes}
	for i, t := range q.waiting {
		if i == 0 || t.share.used < s.used {
			s.used = t.share.used
		}
	}
	return s, nil
}

// resize corrects how many passes the run has left to have, once that is known.
func (s *share) resize(passes int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.pending += passes - s.left
	s.left = passes
}

// done gives back what the run did not need.
func (s *share) done() { s.resize(0) }

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
	q.waiting = append(q.waiting, t)
	q.give()
	q.mu.Unlock()
	select {
	case <-t.given:
		return func() { q.end(t) }, nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	at := slices.Index(q.waiting, t)
	if at >= 0 {
		q.waiting = slices.Delete(q.waiting, at, at+1)
	}
	q.mu.Unlock()
	if at < 0 { // it was given meanwhile
		q.end(&turn{share: s})
	}
	return nil, ctx.Err()
}

// give gives turns to those that wait, for as long as there is room.
func (q *queue) give() {
	for q.running < sideBySide && len(q.waiting) > 0 {
		next := slices.MinFunc(q.waiting, func(a, b *turn) int { return cmp.Compare(a.share.used, b.share.used) })
		q.waiting = slices.DeleteFunc(q.waiting, func(t *turn) bool { return t == next })
		next.share.used += next.passes
		if q.running++; q.running == 1 {
			q.speed.begin(q.now())
		}
		close(next.given)
	}
}

func (q *queue) end(t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	done := min(t.passes, t.share.left)
	t.share.left -= done
	q.pending -= done
	q.running--
	q.speed.end(q.now(), t.passes)
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
		end, err := q.share.take(ctx, hi-lo)
		if err != nil {
			return err
		}
		err = q.Game.Value(ctx, dst[lo*q.Outputs():hi*q.Outputs()], batch.Slice(lo, hi))
		end()
		if err != nil {
			return err
		}
	}
	return nil
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
