package explaintest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// spy is a game around another one that looks over the estimator's shoulder.
// It is no [explain.Pool], so that an estimator's own counting is what is checked,
// and tells of its game by Unwrap, as wrappers must.
type spy struct {
	explain.Game
	t        *testing.T
	distinct map[string]bool
	calls    int
	onCall   func(call int) error          // may fail the call
	alter    func(call int, dst []float64) // may spoil the values
}

func watch(t *testing.T, g explain.Game) *spy {
	return &spy{Game: g, t: t, distinct: map[string]bool{}}
}

func (s *spy) Unwrap() explain.Game { return s.Game }

// Value fails the test where the estimator breaks what it owes to games: coalitions
// of the right players, room for the values, and batches neither empty nor over
// [explain.MaxBatch].
func (s *spy) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	s.t.Helper()
	n := s.Players()
	if batch.Players() != n || len(dst) != batch.Len()*s.Outputs() || batch.Len() == 0 || batch.Len() > explain.MaxBatch {
		s.t.Errorf("asked for %d coalitions of %d players into %d values; the game has %d players, %d outputs",
			batch.Len(), batch.Players(), len(dst), n, s.Outputs())
	}
	grand := explain.Grand(n)
	for _, c := range batch.All() {
		if !contains(grand, c) {
			s.t.Fatalf("coalition %x has players beyond %d", c, n)
		}
		s.distinct[key(c)] = true
	}
	s.calls++
	if s.onCall != nil {
		if err := s.onCall(s.calls); err != nil {
			return err
		}
	}
	if err := s.Game.Value(ctx, dst, batch); err != nil {
		return err
	}
	if s.alter != nil {
		s.alter(s.calls, dst)
	}
	return nil
}

// Not Coalition.Key: the suite must not rest on what it tests.
func key(c explain.Coalition) string {
	b := make([]byte, 0, 8*len(c))
	for _, w := range c {
		for range 8 {
			b = append(b, byte(w))
			w >>= 8
		}
	}
	return string(b)
}

// stack is a game with an output for each of several games of the same players.
type stack []explain.Game

func (s stack) Players() int { return s[0].Players() }
func (s stack) Outputs() int { return len(s) }

func (s stack) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	column := make([]float64, batch.Len())
	for k, g := range s {
		if err := g.Value(ctx, column, batch); err != nil {
			return err
		}
		for i, v := range column {
			dst[i*len(s)+k] = v
		}
	}
	return nil
}

// combination returns the game a·g + b·h.
func combination(a float64, g explain.Game, b float64, h explain.Game) explain.Game {
	return mixed{stack{g, h}, a, b}
}

type mixed struct {
	stack
	a, b float64
}

func (m mixed) Outputs() int { return 1 }

func (m mixed) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	both := make([]float64, 2*batch.Len())
	if err := m.stack.Value(ctx, both, batch); err != nil {
		return err
	}
	for i := range dst {
		dst[i] = m.a*both[2*i] + m.b*both[2*i+1]
	}
	return nil
}

var errGame = errors.New("the game broke")

// flat returns all numbers of an explanation in a row, to compare two.
func flat(x *explain.Explanation) []float64 {
	all := slices.Concat(x.Baseline, x.Full)
	for _, term := range x.Terms {
		all = append(append(all, term.Score...), term.Err...)
	}
	return all
}
