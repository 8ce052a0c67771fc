package corpus_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/model"
)

// lengths scores a sequence by its length times a factor; it fails where a
// sequence is empty, and begins only when somebody opens the gate.
type lengths struct {
	factor float64
	gate   chan struct{}
	calls  *atomic.Int64
}

func (l *lengths) Outputs() int    { return 2 }
func (l *lengths) Names() []string { return []string{"short", "long"} }
func (l *lengths) Validate() error { return nil }
func (l *lengths) Scale() string   { return map[float64]string{1: "one", 2: "two"}[l.factor] }
func (l *lengths) Score(ctx context.Context, dst []float64, seqs []model.Sequence) error {
	l.calls.Add(1)
	<-l.gate
	for i, s := range seqs {
		if len(s.IDs) == 0 {
			return errors.New("empty")
		}
		dst[2*i], dst[2*i+1] = float64(len(s.IDs)), l.factor*float64(len(s.IDs))
	}
	return ctx.Err()
}

// TestPool: everybody gets the scores of its own sequences by its own target, in
// few calls, and one that asks what cannot be asked fails alone.
func TestPool(t *testing.T) {
	gate, calls := make(chan struct{}), &atomic.Int64{}
	pool := corpus.NewPool()
	var wait sync.WaitGroup
	for i := range 40 {
		// A target of its own, as each document has.
		target := pool.Share(&lengths{float64(1 + i%2), gate, calls})
		wait.Go(func() {
			seqs := []model.Sequence{{IDs: make([]int32, i)}, {IDs: make([]int32, i+1)}}
			dst := make([]float64, 4)
			err := target.Score(t.Context(), dst, seqs)
			n, f := float64(i), float64(1+i%2)
			switch {
			case i == 0 && err == nil:
				t.Error("an empty sequence was scored")
			case i > 0 && (err != nil || [4]float64(dst) != [4]float64{n, f * n, n + 1, f * (n + 1)}):
				t.Errorf("asker %d: %v (%v)", i, dst, err)
			}
		})
	}
	close(gate)
	wait.Wait()
	if n := calls.Load(); n > 80 {
		t.Errorf("%d calls for 40 that ask", n)
	}
}

// TestPoolGathers: what is asked while the model is busy is asked in one call.
func TestPoolGathers(t *testing.T) {
	gate, calls := make(chan struct{}), &atomic.Int64{}
	target := corpus.NewPool().Share(&lengths{1, gate, calls})
	var wait sync.WaitGroup
	ask := func() {
		wait.Go(func() {
			if err := target.Score(t.Context(), make([]float64, 2), []model.Sequence{{IDs: make([]int32, 1)}}); err != nil {
				t.Error(err)
			}
		})
	}
	ask()
	for calls.Load() == 0 {
	}
	for range 20 {
		ask()
	}
	gate <- struct{}{} // the first; whoever waits by now goes next
	close(gate)
	wait.Wait()
	if n := calls.Load(); n > 21 {
		t.Errorf("%d calls for 21 that ask", n)
	}
}
