package transformer

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestTeamTakesAll: in every step every item is taken once, and nobody is a
// step ahead, even where one is slow enough for the others to fall asleep.
func TestTeamTakesAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const size, steps, items = 3, 40, 7
		var c team
		c.reset(size)
		var taken [steps][items]atomic.Int32
		var wait sync.WaitGroup
		for member := range size {
			wait.Go(func() {
				for step := range steps {
					for i := c.take(); i < items; i = c.take() {
						taken[step][i].Add(1)
					}
					if member == 0 && step%10 == 0 {
						time.Sleep(time.Nanosecond) // until all others are asleep
					}
					if !c.wait(t.Context()) {
						t.Error("stopped, but nobody asked for it")
					}
				}
			})
		}
		wait.Wait()
		for step := range taken {
			for i := range taken[step] {
				if n := taken[step][i].Load(); n != 1 {
					t.Fatalf("step %d: item %d was taken %d times", step, i, n)
				}
			}
		}
	})
}

// TestTeamStopsTogether: all learn of the end at the same step.
func TestTeamStopsTogether(t *testing.T) {
	const size = 3
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var c team
	c.reset(size)
	var steps [size]int
	var wait sync.WaitGroup
	for member := range size {
		wait.Go(func() {
			for c.wait(ctx) {
				if steps[member]++; member == 1 && steps[member] == 10 {
					cancel()
				}
			}
		})
	}
	wait.Wait()
	if steps[0] != steps[1] || steps[1] != steps[2] || steps[0] < 10 {
		t.Errorf("stopped after %d steps", steps)
	}
}
