package serve

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/whence-xai/whence/explain"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestFairShares: a run that has had much waits for those that have had little.
func TestFairShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10_000)
		heavy, err := q.admit(5000)
		if err != nil {
			t.Fatal(err)
		}
		light, err := q.admit(100)
		if err != nil {
			t.Fatal(err)
		}
		var ends []func()
		for range sideBySide { // the machine is full
			end, err := heavy.take(t.Context(), turnPasses)
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		order := make(chan string, 3)
		wait := func(s *share, name string) {
			end, err := s.take(t.Context(), turnPasses)
			if err != nil {
				t.Error(err)
			}
			order <- name
			end()
		}
		go wait(heavy, "heavy")
		synctest.Wait()
		go wait(light, "light")
		synctest.Wait()
		ends[0]()
		if first := <-order; first != "light" {
			t.Errorf("%s was first", first)
		}
		<-order
		for _, end := range ends[1:] {
			end()
		}
		heavy.done()
		light.done()
		if q.pending != 0 || q.running != 0 || len(q.waiting) != 0 {
			t.Errorf("%d pending, %d running, %d waiting", q.pending, q.running, len(q.waiting))
		}
	})
}

// had has a run have so many turns, one after the other.
func had(t *testing.T, s *share, turns int) {
	t.Helper()
	for range turns {
		end, err := s.take(t.Context(), turnPasses)
		if err != nil {
			t.Fatal(err)
		}
		end()
	}
}

// TestNewcomers: who comes later has had nothing, and yet goes before none that has
// waited longer for as much.
func TestNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10_000)
		old, err := q.admit(5000)
		if err != nil {
			t.Fatal(err)
		}
		had(t, old, 40)
		newcomer, err := q.admit(5000)
		if err != nil {
			t.Fatal(err)
		}
		var ends []func()
		for range sideBySide { // has all of the machine, and more than the old one since it came
			end, err := newcomer.take(t.Context(), turnPasses)
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		order := make(chan string, 2)
		for name, s := range map[string]*share{"newcomer": newcomer, "old": old} {
			go func() {
				end, err := s.take(t.Context(), turnPasses)
				if err != nil {
					t.Error(err)
				}
				order <- name
				end()
			}()
		}
		synctest.Wait()
		ends[0]()
		if first := <-order; first != "old" {
			t.Errorf("the %s was first", first)
		}
		<-order
		for _, end := range ends[1:] {
			end()
		}
	})
}

// TestLongTurns: those that take long leave room for those that do not.
func TestLongTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1_000_000)
		done := make(chan struct{})
		for range 2 * sideBySide {
			go func() {
				s, err := q.admit(5000)
				if err != nil {
					t.Error(err)
				}
				defer s.done()
				end, err := s.take(t.Context(), 5000)
				if err != nil {
					t.Error(err)
				}
				<-done
				end()
			}()
		}
		synctest.Wait()
		s, err := q.admit(100)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		end, err := s.take(ctx, turnPasses)
		if err != nil {
			t.Fatal(err)
		}
		end()
		s.done()
		close(done)
		synctest.Wait()
		if q.pending != 0 || q.running != 0 || q.long != 0 || len(q.waiting) != 0 {
			t.Errorf("%d pending, %d running, %d long, %d waiting", q.pending, q.running, q.long, len(q.waiting))
		}
	})
}

// TestGrowing: a run that turns out to take more than was thought needs room for it.
func TestGrowing(t *testing.T) {
	q := newQueue(100)
	a, err := q.admit(10)
	if err != nil {
		t.Fatal(err)
	}
	b, err := q.admit(10)
	if err != nil {
		t.Fatal(err)
	}
	var busy *busyError
	if err := a.resize(1000); !errors.As(err, &busy) {
		t.Error(err)
	}
	if err := a.resize(90); err != nil {
		t.Error(err)
	}
	b.done()
	if err := a.resize(1000); err != nil {
		t.Errorf("alone: %v", err)
	}
	a.done()
	if q.pending != 0 {
		t.Errorf("%d pending", q.pending)
	}
}

// TestTurnOfPanic: a game that panics gives its turn back.
func TestTurnOfPanic(t *testing.T) {
	q := newQueue(100)
	s, err := q.admit(10)
	if err != nil {
		t.Fatal(err)
	}
	g := s.game(explain.Func(1, func(explain.Coalition) float64 { panic("a bad text") }))
	batch := explain.NewCoalitions(1, 1)
	batch.Append(explain.Grand(1))
	func() {
		defer func() { _ = recover() }()
		t.Error(g.Value(t.Context(), make([]float64, 1), batch))
	}()
	if s.done(); q.running != 0 || q.pending != 0 {
		t.Errorf("%d running, %d pending", q.running, q.pending)
	}
}

// TestTurnsAreGivenUp: who waits no more is not given a turn.
func TestTurnsAreGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1000)
		s, err := q.admit(1000)
		if err != nil {
			t.Fatal(err)
		}
		var ends []func()
		for range sideBySide {
			end, err := s.take(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.take(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		for _, end := range ends {
			end()
		}
		if q.running != 0 || len(q.waiting) != 0 {
			t.Errorf("%d running, %d waiting", q.running, len(q.waiting))
		}
	})
}

// TestRetryAfter: when to come again follows from what waits and how fast it goes.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(1000)
		s, err := q.admit(1000)
		if err != nil {
			t.Fatal(err)
		}
		end, err := s.take(t.Context(), 64)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second) // 64 passes a second
		end()
		var busy *busyError
		if _, err := q.admit(704); !errors.As(err, &busy) || busy.after != 10*time.Second {
			t.Errorf("%v, %+v", err, busy)
		}
	})
}

// TestFindFlip: the smallest set that turns a game is found, and said to be that.
func TestFindFlip(t *testing.T) {
	sum := func(weights ...float64) explain.Game {
		return explain.Func(len(weights), func(c explain.Coalition) (v float64) {
			for p, w := range weights {
				if c.Has(p) {
					v += w
				}
			}
			return v
		})
	}
	for _, c := range []struct {
		about    string
		game     explain.Game
		order    []int
		most     int
		absent   []int
		smallest bool
	}{
		{"one is enough", sum(5, 1, -3), []int{0, 1, 2}, 100, []int{0}, true},
		{"two of three", sum(2, 2, 2, -3), []int{0, 1, 2, 3}, 100, []int{0, 1}, true},
		{"a wrong order hides nothing", sum(1, 1, 5, -3), []int{0, 1, 2, 3}, 100, []int{2}, true},
		{"nothing turns it", sum(-1, -1, -1, -1), []int{0, 1, 2, 3}, 100, nil, false},
		{"the other way", sum(-5, 1, 1), []int{0, 1, 2}, 100, []int{0}, true},
		{"too many to try all", sum(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -5.5), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 60, []int{0, 1, 2, 3, 4, 5, 6}, false},
	} {
		valued := 0
		f, err := findFlip(t.Context(), explain.Observe(c.game, func(n int) { valued += n }), c.order, 0, c.most)
		if valued != f.Evaluations+1 { // and the whole text, once
			t.Errorf("%s: %d sets were valued, %d are told", c.about, valued, f.Evaluations)
		}
		if err != nil || !slices.Equal(f.Absent, c.absent) || f.Smallest != c.smallest || f.Evaluations > c.most+len(c.order) {
			t.Errorf("%s: %+v, %v", c.about, f, err)
		}
	}
}
