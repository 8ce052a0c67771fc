package transformer

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// A team, as OpenMP calls it, is the goroutines that work on the same thing, in
// steps: each takes items until the step has none left, then waits for the others.
// What an item computes never depends on who takes it.
// A channel or a WaitGroup for each step would cost more than the step: a pass of few
// rows has hundreds of steps of some microseconds.
type team struct {
	size    int32
	next    atomic.Int32
	arrived atomic.Int32
	step    atomic.Int32
	failed  atomic.Bool // there is no use in another step
	stopped atomic.Bool
	sleep   sync.Mutex
	wake    sync.Cond
}

// reset readies t for size goroutines.
func (t *team) reset(size int) {
	t.size = int32(size)
	t.next.Store(0)
	t.arrived.Store(0)
	t.failed.Store(false)
	t.stopped.Store(false)
	t.wake.L = &t.sleep
}

// take returns an item of the step that nobody has taken.
func (t *team) take() int { return int(t.next.Add(1)) - 1 }

// wait ends a step. It returns, to all alike, whether there is to be another,
// that is whether ctx still stands and none has failed.
func (t *team) wait(ctx context.Context) bool {
	// Steps end together but for an item, so asking about as long as it takes
	// to sleep and be woken is enough, unless the processor is busy elsewhere:
	// then whoever asks on takes it from those who are waited for.
	const asks = 500
	// before arriving: the last one to arrive begins the next step at once
	step := t.step.Load()
	if t.arrived.Add(1) == t.size {
		t.release(ctx)
	}
	for i := 0; i < asks && t.step.Load() == step; i++ {
		runtime.Gosched()
	}
	if t.step.Load() == step {
		t.sleep.Lock()
		for t.step.Load() == step {
			t.wake.Wait()
		}
		t.sleep.Unlock()
	}
	return !t.stopped.Load()
}

// release begins the next step for all.
// What all read behind wait is set before step changes, which is what they wait for.
func (t *team) release(ctx context.Context) {
	t.next.Store(0)
	t.arrived.Store(0)
	t.stopped.Store(t.failed.Load() || ctx.Err() != nil)
	t.sleep.Lock()
	t.step.Add(1)
	t.sleep.Unlock()
	t.wake.Broadcast()
}

// threads returns how many goroutines share the work.
func (m *Model) threads() int {
	if m.Threads > 0 {
		return m.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// parallel runs do for items 0..n, by goroutines that each have a number, hand.
func (m *Model) parallel(n int, do func(hand, item int)) {
	var t team
	var wait sync.WaitGroup
	for hand := range min(n, m.threads()) {
		wait.Go(func() {
			for i := t.take(); i < n; i = t.take() {
				do(hand, i)
			}
		})
	}
	wait.Wait()
}

// rows takes a run lo..hi of n rows that nobody has taken, if there is one. All
// runs but the last are as long, and a team of several has as many for each.
// A run is a multiple of a tile's rows, so that no kernel works on part of a tile but at
// the end.
func (t *team) rows(n int) (lo, hi int, ok bool) {
	if n == 0 {
		return 0, 0, false
	}
	workers, tile := int(t.size), tileRows
	if n < tile*workers {
		tile = 1
	}
	pieces := divideUp(divideUp(n, blockRows), workers) * workers
	size := divideUp(divideUp(n, pieces), tile) * tile
	lo = t.take() * size
	return lo, min(n, lo+size), lo < n
}

// divideUp returns a/b, rounded up.
func divideUp(a, b int) int { return (a + b - 1) / b }
