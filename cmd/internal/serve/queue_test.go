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
		f, err := findFlip(t.Context(), c.game, c.order, 0, c.most)
		if err != nil || !slices.Equal(f.Absent, c.absent) || f.Smallest != c.smallest || f.Evaluations > c.most+len(c.order) {
			t.Errorf("%s: %+v, %v", c.about, f, err)
		}
	}
}
