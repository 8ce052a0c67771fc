package process

import (
	"context"

	"github.com/whence-xai/whence/explain"
)

// A Study is a process on its way through a game.
type Study struct {
	*Process
	// Value returns the values of a batch, rows × outputs.
	Value func(ctx context.Context, batch *explain.Coalitions) ([]float64, error)
	// Known is a pool whose complementary pairs are learnt first; nil for none.
	Known *explain.Pool
	// Show is called between rounds, where it is not nil, and ends the study by
	// returning false.
	Show func() bool
}

// Learn goes on until so many pairs are known, the ends among them, and fits the
// weights. It reports whether Show let it come that far.
func (s *Study) Learn(ctx context.Context, pairs int) (done bool, err error) {
	if s.Len() == 0 {
		if err := s.take(ctx, s.start(pairs)); err != nil {
			return false, err
		}
	}
	for s.Len() < pairs {
		if s.Show != nil && s.Len() > s.players && !s.Show() {
			return false, nil
		}
		if err := s.take(ctx, s.Choose(pairs-s.Len())); err != nil {
			return false, err
		}
	}
	s.Fit()
	return true, nil
}

// start returns the pairs to begin with: the ends, and those that are known, in the
// order of their valuation.
func (s *Study) start(pairs int) *explain.Coalitions {
	first := explain.NewCoalitions(s.players, 1)
	first.Append(explain.Grand(s.players))
	if s.Known == nil {
		return first
	}
	seen := map[string]bool{first.At(0).Key(): true, explain.NewCoalition(s.players).Key(): true}
	other := explain.NewCoalition(s.players)
	for i := 0; i < s.Known.Len() && first.Len() < pairs; i++ {
		c, _ := s.Known.At(i)
		other.Complement(c, s.players)
		if _, ok := s.Known.Lookup(other); ok && !seen[c.Key()] {
			seen[c.Key()], seen[other.Key()] = true, true
			first.Append(c)
		}
	}
	return first
}

// take values pairs, of which batch has one coalition each, and learns from them.
func (s *Study) take(ctx context.Context, batch *explain.Coalitions) error {
	both := explain.NewCoalitions(s.players, 2*batch.Len())
	other := explain.NewCoalition(s.players)
	for _, c := range batch.All() {
		both.Append(c)
	}
	// All coalitions first and then all complements, so that the values are two
	// halves.
	for _, c := range batch.All() {
		other.Complement(c, s.players)
		both.Append(other)
	}
	values, err := s.Value(ctx, both)
	if err != nil {
		return err
	}
	half := batch.Len() * s.outputs
	s.Process.Learn(batch, values[:half], values[half:])
	return nil
}
