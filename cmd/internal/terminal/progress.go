package terminal

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/whence-xai/whence/explain"
)

// patience is how long nothing is shown of what goes on: most explanations are
// done by then.
const patience = 500 * time.Millisecond

// Watch returns g with a progress bar on the terminal, where there is one, that
// counts evaluations up to most; done takes the bar away.
func (t *Terminal) Watch(g explain.Game, most int) (watched explain.Game, done func()) {
	if !t.watched() {
		return g, func() {}
	}
	add, done := t.Count("coalitions", most)
	return pieces{explain.Observe(g, add)}, done
}

// Count shows on the terminal, where there is one, how many of so many things
// are done; done takes that away.
func (t *Terminal) Count(things string, most int) (add func(n int), done func()) {
	if !t.watched() {
		return func(int) {}, func() {}
	}
	b := &bar{things: things, most: int64(most), begin: time.Now()}
	timer := time.AfterFunc(patience, func() { b.show(mpb.New(mpb.WithOutput(t.W), mpb.WithWidth(40))) })
	return b.add, func() {
		timer.Stop()
		b.remove()
	}
}

// pieces hands batches on in parts, so that there is progress within one.
type pieces struct{ explain.Game }

// piece is large enough for a model to share work among its coalitions.
const piece = 256

func (p pieces) Unwrap() explain.Game { return p.Game }

// Value changes no value: what a coalition is worth does not depend on its batch.
func (p pieces) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	k := p.Outputs()
	for lo := 0; lo < batch.Len(); lo += piece {
		hi := min(lo+piece, batch.Len())
		if err := p.Game.Value(ctx, dst[lo*k:hi*k], batch.Slice(lo, hi)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// A bar counts from the beginning and is seen from some time on.
type bar struct {
	mu        sync.Mutex
	things    string // that are counted
	begin     time.Time
	valued    int64
	most      int64
	over      bool
	container *mpb.Progress
	*mpb.Bar
}

func (b *bar) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.valued += int64(n)
	if b.Bar != nil {
		b.SetCurrent(b.valued)
	}
}

// show runs in the timer's goroutine, and may come after remove: over tells.
func (b *bar) show(container *mpb.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over || b.valued >= b.most {
		return
	}
	b.container = container
	b.Bar = container.AddBar(b.most, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.CountersNoUnit("%d of %d "+b.things+" ")),
		mpb.AppendDecorators(decor.Any(b.left)),
	)
	b.SetCurrent(b.valued)
}

// left says how long it will take.
func (b *bar) left(s decor.Statistics) string {
	if s.Current == 0 {
		return ""
	}
	left := time.Since(b.begin).Seconds() * float64(s.Total-s.Current) / float64(s.Current)
	return fmt.Sprintf("%.0f s left", left)
}

func (b *bar) remove() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	if b.Bar != nil {
		b.Abort(true)
		b.container.Wait()
	}
}
