package terminal

import (
	"fmt"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/whence-xai/whence/explain/corpus"
)

// Follow shows on the terminal, where there is one, how far a run over a corpus
// has come; done takes that away.
func (t *Terminal) Follow(run *corpus.Run) (done func()) {
	if !t.watched() {
		return func() {}
	}
	f := &follower{begin: time.Now()}
	container := mpb.New(mpb.WithOutput(t.W), mpb.WithWidth(40))
	bar := container.AddBar(run.Input.Size(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(f.counts)),
		mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace), decor.Any(f.rate)),
	)
	run.Watch = func(e corpus.Event) { bar.SetCurrent(f.add(e)) }
	return func() {
		bar.Abort(true)
		container.Wait()
	}
}

// A follower counts the steps of a run.
type follower struct {
	mu    sync.Mutex
	begin time.Time
	corpus.Event
	fresh int // rows that this process has done
}

// add adds a step and returns how far the run has come.
func (f *follower) add(e corpus.Event) int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Explained += e.Explained
	f.Dead += e.Dead
	f.Skipped += e.Skipped
	f.Done += e.Done
	// Rows of parts that were there cost no time, and would make the rate look
	// higher.
	if e.Skipped == 0 {
		f.fresh += e.Explained + e.Dead
	}
	return f.Skipped + f.Done
}

// counts is called by the bar's goroutine, and so under the lock.
func (f *follower) counts(decor.Statistics) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Dead > 0 {
		return fmt.Sprintf("%d texts and %d dead letters ", f.Explained, f.Dead)
	}
	return fmt.Sprintf("%d texts ", f.Explained)
}

// rate tells how fast it goes and how long it will take.
func (f *follower) rate(s decor.Statistics) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	seconds := time.Since(f.begin).Seconds()
	if f.Done == 0 || seconds < 1 {
		return ""
	}
	left := seconds * float64(s.Total-s.Current) / float64(f.Done)
	return fmt.Sprintf(" %.1f texts/s, %s left", float64(f.fresh)/seconds, time.Duration(left*float64(time.Second)).Round(time.Second))
}
