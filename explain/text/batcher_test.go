package text_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

// A gate is a model that answers a call when it is let. It scores a sequence by
// its first token and a factor; some tokens it cannot bear.
type gate struct {
	factor float64
	calls  *[]string          // the tokens of each call
	enter  chan chan struct{} // whoever lets a call go on closes what comes out of here
	ended  *int               // calls whose context ended
}

const (
	fails  = 1000 // tokens: the model returns an error,
	panics = 1001 // panics,
	exits  = 1002 // ends its goroutine
)

func newGate() *gate {
	return &gate{factor: 1, calls: new([]string), enter: make(chan chan struct{}), ended: new(int)}
}

func (g *gate) Outputs() int    { return 2 }
func (g *gate) Names() []string { return []string{"token", "times"} }
func (g *gate) Validate() error { return nil }
func (g *gate) Scale() string   { return fmt.Sprint(g.factor) }

func (g *gate) Score(ctx context.Context, dst []float64, seqs []model.Sequence) error {
	var tokens []int32
	for _, s := range seqs {
		tokens = append(tokens, s.IDs[0])
	}
	*g.calls = append(*g.calls, strings.Trim(fmt.Sprint(tokens), "[]"))
	open := make(chan struct{})
	select {
	case g.enter <- open:
	case <-ctx.Done():
		*g.ended++
		return ctx.Err()
	}
	select {
	case <-open:
	case <-ctx.Done():
		*g.ended++
		return ctx.Err()
	}
	for i, s := range seqs {
		switch s.IDs[0] {
		case fails:
			return errBroken
		case panics:
			panic("no such token")
		case exits:
			runtime.Goexit()
		}
		dst[2*i], dst[2*i+1] = float64(s.IDs[0]), g.factor*float64(s.IDs[0])
	}
	return nil
}

// An asker is a goroutine that asks for one token.
type asker struct {
	cancel   context.CancelFunc
	scores   [2]float64
	err      error
	panicked any
	done     bool
}

// ask starts an asker and waits until it waits.
func ask(t *testing.T, target text.Scorer, token int32) *asker {
	ctx, cancel := context.WithCancel(t.Context())
	a := &asker{cancel: cancel}
	go func() {
		defer cancel()
		defer func() { a.panicked, a.done = recover(), true }()
		seqs := []model.Sequence{{IDs: []int32{token}}}
		a.err = target.Score(ctx, a.scores[:], seqs)
		seqs[0].IDs[0] = -1 // it is the asker's again
	}()
	synctest.Wait()
	return a
}

// letThrough lets so many calls of the model go on, one after the other.
func (g *gate) letThrough(n int) {
	for range n {
		close(<-g.enter)
		synctest.Wait()
	}
}

// got fails the test unless an asker got the scores of a token.
func (a *asker) got(t *testing.T, token, times float64) {
	t.Helper()
	if !a.done || a.err != nil || a.panicked != nil || a.scores != [2]float64{token, times} {
		t.Errorf("asker of %v: done %v, scores %v, error %v, panic %v", token, a.done, a.scores, a.err, a.panicked)
	}
}

// called fails the test unless the model was called for those tokens.
func (g *gate) called(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(*g.calls, want) {
		t.Errorf("calls for %q, want %q", *g.calls, want)
	}
}

// TestBatcherGathers: what is asked while the model is busy is asked in one call,
// of each kind of target, and everybody gets the scores of its own target.
func TestBatcherGathers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, one := &text.Batcher{}, newGate()
		two := *one
		two.factor = 2
		askers := []*asker{ask(t, b.Share(one), 0)}
		open := <-one.enter
		for i := int32(1); i <= 6; i++ { // a target of its own each, as each document has
			g := *one
			g.factor = float64(1 + i%2)
			askers = append(askers, ask(t, b.Share(&g), i))
		}
		close(open)
		synctest.Wait()
		one.letThrough(2)
		one.called(t, "0", "1 3 5", "2 4 6")
		for i, a := range askers {
			a.got(t, float64(i), float64(i*(1+i%2)))
		}
	})
}

// TestBatcherFault: an error or panic of one of several is that one's alone, and
// the batcher works on.
func TestBatcherFault(t *testing.T) {
	for _, fault := range []int32{fails, panics, exits} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate()
			target := (&text.Batcher{}).Share(g)
			first := ask(t, target, 1)
			open := <-g.enter
			before, bad, behind := ask(t, target, 2), ask(t, target, fault), ask(t, target, 3)
			close(open)
			synctest.Wait()
			g.letThrough(4)
			g.called(t, "1", fmt.Sprintf("2 %d 3", fault), "2", fmt.Sprint(fault), "3")
			last := ask(t, target, 4)
			g.letThrough(1)
			for i, a := range []*asker{first, before, behind, last} {
				a.got(t, float64(i+1), float64(i+1))
			}
			switch said := fmt.Sprint(bad.panicked); {
			case fault == fails && !errors.Is(bad.err, errBroken), fault == exits && bad.err == nil,
				fault == panics && (!strings.HasPrefix(said, "no such token\n") || !strings.Contains(said, "gate).Score")):
				t.Errorf("of %d: error %v, panic %v", fault, bad.err, bad.panicked)
			}
		})
	}
}

// TestBatcherCanceled: whoever's context ends waits no longer, whether the model
// has been asked for it yet or not, and does no harm to others. The model is
// stopped when nobody waits for what it does.
func TestBatcherCanceled(t *testing.T) {
	canceled := func(t *testing.T, askers ...*asker) {
		t.Helper()
		for _, a := range askers {
			a.cancel()
		}
		synctest.Wait()
		for _, a := range askers {
			if !a.done || !errors.Is(a.err, context.Canceled) {
				t.Errorf("canceled, but done %v with error %v", a.done, a.err)
			}
		}
	}
	for name, test := range map[string]func(t *testing.T, g *gate, target text.Target){
		"one, in the model": func(t *testing.T, g *gate, target text.Target) {
			first := ask(t, target, 1)
			open := <-g.enter
			a, b := ask(t, target, 2), ask(t, target, 3)
			close(open)
			open = <-g.enter
			canceled(t, a)
			close(open)
			synctest.Wait()
			first.got(t, 1, 1)
			b.got(t, 3, 3)
			g.called(t, "1", "2 3")
		},
		"all, in the model": func(t *testing.T, g *gate, target text.Target) {
			first := ask(t, target, 1)
			open := <-g.enter
			a, b := ask(t, target, 2), ask(t, target, 3)
			close(open)
			<-g.enter
			c := ask(t, target, 4) // waits, and is in nobody's way
			canceled(t, a, b)
			if *g.ended != 1 {
				t.Errorf("%d calls were stopped, want 1", *g.ended)
			}
			g.letThrough(1)
			first.got(t, 1, 1)
			c.got(t, 4, 4)
			g.called(t, "1", "2 3", "4")
		},
		"one, waiting": func(t *testing.T, g *gate, target text.Target) {
			first := ask(t, target, 1)
			open := <-g.enter
			a, b := ask(t, target, 2), ask(t, target, 3)
			canceled(t, a)
			close(open)
			synctest.Wait()
			g.letThrough(1)
			first.got(t, 1, 1)
			b.got(t, 3, 3)
			g.called(t, "1", "3")
		},
		"all, waiting and in the model": func(t *testing.T, g *gate, target text.Target) {
			a := ask(t, target, 1)
			<-g.enter
			canceled(t, ask(t, target, 2), ask(t, target, 3), a)
			g.called(t, "1")
			if *g.ended != 1 {
				t.Errorf("%d calls were stopped, want 1", *g.ended)
			}
		},
		"one, while others are asked alone": func(t *testing.T, g *gate, target text.Target) {
			ask(t, target, 1)
			open := <-g.enter
			a, b, c := ask(t, target, fails), ask(t, target, 2), ask(t, target, 3)
			close(open)
			close(<-g.enter)
			open = <-g.enter // that at fault, alone
			canceled(t, b)
			close(open)
			synctest.Wait()
			g.letThrough(1)
			if !errors.Is(a.err, errBroken) {
				t.Errorf("error %v", a.err)
			}
			c.got(t, 3, 3)
			g.called(t, "1", "1000 2 3", "1000", "3")
		},
		"before it asks": func(t *testing.T, g *gate, target text.Target) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := target.Score(ctx, make([]float64, 2), []model.Sequence{{IDs: []int32{1}}}); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			g.called(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // ends only when no goroutine is left
				g := newGate()
				test(t, g, (&text.Batcher{}).Share(g))
			})
		})
	}
}

// TestBatcherBits: games that ask a model together have the bits that each has alone.
func TestBatcherBits(t *testing.T) {
	m, err := pretrained.Sentiment()
	if err != nil {
		t.Fatal(err)
	}
	const n = 5
	b := &text.Batcher{}
	values := func(i int, target text.Target) []float64 {
		g, err := text.NewGame(m, strings.Repeat("rather good, ", i%4)+"a film that I would not see again", unit.Words, target)
		if err != nil {
			t.Error(err)
			return nil
		}
		batch := explain.NewCoalitions(g.Players(), 0)
		for p := range g.Players() {
			batch.Append(explain.NewCoalition(g.Players(), p, (p+i)%g.Players()))
		}
		dst := make([]float64, batch.Len())
		if err := g.Value(t.Context(), dst, batch); err != nil {
			t.Error(err)
		}
		return dst
	}
	var together [n][]float64
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { together[i] = values(i, b.Share(m.LogOdds(m.Labels()[i%2]))) })
	}
	wait.Wait()
	for i := range n {
		if alone := values(i, m.LogOdds(m.Labels()[i%2])); !slices.Equal(together[i], alone) {
			t.Errorf("text %d: %v together, %v alone", i, together[i], alone)
		}
	}
}
