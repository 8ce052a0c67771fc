package transformer

import (
	"context"
	"runtime"
	"sync/atomic"
)

// A crew is the goroutines that work on the same thing, in steps: each takes
// items until the step has none left, then waits for the others. What an item
// computes never depends on who takes it.
type crew struct {
	size    int32
	next    atomic.Int32
	arrived atomic.Int32
	step    atomic.Int32
	stopped atomic.Bool
}

// take returns an item of the step that nobody has taken.
func (c *crew) take() int { return int(c.next.Add(1)) - 1 }

// wait ends a step. It returns, to all alike, whether there is to be another,
// that is whether ctx still stands.
func (c *crew) wait(ctx context.Context) bool {
	step := c.step.Load()
	if c.arrived.Add(1) == c.size {
		c.next.Store(0)
		c.arrived.Store(0)
		c.stopped.Store(ctx.Err() != nil)
		c.step.Add(1)
	}
	for c.step.Load() == step {
		runtime.Gosched()
	}
	return !c.stopped.Load()
}

// reset readies c for size goroutines.
func (c *crew) reset(size int) {
	c.size = int32(size)
	c.next.Store(0)
	c.arrived.Store(0)
	c.stopped.Store(false)
}
