package lime

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// CLIME is the C-LIME of MExGen (Monteiro Paes et al. 2024), constrained to small
// changes: no more than Most players are taken away at a time, each number of them
// weighs the same, and plain least squares fits the rest. It needs a number of
// coalitions linear in players, and models that read nothing but near-complete
// texts well are not asked about others.
//
// The scores are coefficients under the index [explain.LIME]. Errors are unknown.
type CLIME struct {
	Most int // players taken away at a time; 0: 2
	// Budget is the maximum number of evaluations, ∅ and N included; 0: ten a player
	// and ∅. Numbers taken away of which all sets fit are had whole, smallest first.
	Budget int
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (c CLIME) Evaluations(players int) int {
	return min(c.budget(players), all(players))
}

// budget returns the maximum number of evaluations: ten a player, and ∅, where none
// was given.
func (c CLIME) budget(players int) int {
	if c.Budget == 0 {
		return max(10*players, 2) + 1
	}
	return c.Budget
}

// Estimate values the coalitions, and ∅ for the explanation's baseline, which
// the fit does not see unless all players may be taken away.
func (c CLIME) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	n := g.Players()
	if c.Most == 0 {
		c.Most = 2
	}
	if c.Most < 0 {
		return nil, fmt.Errorf("lime: c-lime: %d players taken away at a time", c.Most)
	}
	if least := min(n+2, all(n)); c.Budget != 0 && c.Budget < least {
		return nil, fmt.Errorf("lime: c-lime: %w", &explain.BudgetError{Need: least, Have: c.Budget})
	}
	c.Budget = c.budget(n)
	s := newSample(n)
	weights := c.draw(s)
	values := make([]float64, s.rows.Len()*g.Outputs())
	if err := explain.Check(g).Value(ctx, values, s.rows); err != nil {
		return nil, fmt.Errorf("lime: c-lime: %w", err)
	}
	f, err := leastSquares(s.rows, weights, values)
	if err != nil {
		return nil, fmt.Errorf("lime: c-lime: %w", err)
	}
	return s.explanation(g, f, values, explain.Provenance{Name: "c-lime", Budget: c.Budget, Seed: c.Seed}), nil
}

// draw draws the coalitions and returns their weights. Every single player is
// among those taken away, so that all have a coefficient.
func (c CLIME) draw(s *sample) (weights []float64) {
	const stream = 0x636c
	n := s.rows.Players()
	random := rand.New(rand.NewPCG(c.Seed, stream))
	s.row(explain.Grand(n))
	sizes := min(c.Most, n)
	weights = append(weights, 1)
	left := c.Budget - 1 // N
	if sizes < n {
		left-- // ∅, which is not among those drawn
	}
	for size := 1; size <= sizes && left > 0; size++ {
		// What is left is shared equally among the sizes still to come.
		want := left / (sizes + 1 - size)
		if size == 1 {
			want = max(want, n)
		}
		first := s.rows.Len()
		want = min(want, left)
		if all := ways(n, size); all <= float64(want) {
			c.each(s, size)
		} else {
			for s.rows.Len() < first+want {
				gone := explain.Grand(n)
				for _, p := range random.Perm(n)[:size] {
					gone.Remove(p)
				}
				s.row(gone)
			}
		}
		drawn := s.rows.Len() - first
		left -= drawn
		for range drawn {
			weights = append(weights, 1/float64(drawn))
		}
	}
	if s.close(); len(weights) < s.rows.Len() {
		weights = append(weights, 0) // ∅
	}
	return weights
}

// each adds all coalitions that lack so many players.
func (c CLIME) each(s *sample, size int) {
	n := s.rows.Players()
	present := explain.Grand(n)
	var take func(from, left int)
	take = func(from, left int) {
		if left == 0 {
			s.row(present)
			return
		}
		for p := from; p <= n-left; p++ {
			present.Remove(p)
			take(p+1, left-1)
			present.Add(p)
		}
	}
	take(0, size)
}

// ways returns n over k.
func ways(n, k int) float64 {
	w := 1.0
	for i := range k {
		w *= float64(n-i) / float64(i+1)
	}
	return w
}

// leastSquares fits coefficients of all players without a penalty, the smallest
// where several fit alike.
func leastSquares(rows *explain.Coalitions, weights, values []float64) (*fitted, error) {
	outputs := len(values) / rows.Len()
	moments := surrogate.NewMoments(rows.Players(), outputs)
	if err := moments.Add(rows, weights, values); err != nil {
		return nil, err
	}
	normal, err := moments.Normal()
	if err != nil {
		return nil, err
	}
	players := make([]int, rows.Players())
	for p := range players {
		players[p] = p
	}
	// A penalty too small to be seen decides among fits that are equally good.
	ridge, err := normal.Ridge(players, 1e-12)
	if err != nil {
		return nil, err
	}
	f := newFitted(rows.Players(), outputs)
	for o := range outputs {
		f.set(o, normal, ridge.Coefficients(o))
	}
	return f, nil
}
