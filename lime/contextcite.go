package lime

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// ContextCite fits a sparse linear surrogate (Cohen-Wang et al. 2024): in every
// ablation each player stays with an even chance, all ablations weigh the same,
// and the lasso on standardized columns makes most coefficients zero. It asks
// which sources an answer rests on, where few of many do.
//
// The scores are coefficients under the index [explain.LIME]. Errors are
// unknown: the selection depends on the same values as the fit.
type ContextCite struct {
	Budget    int     // maximum number of evaluations, ∅ and N included; 0: as Ablations say
	Ablations int     // coalitions drawn; doubles count and are valued once; 0: two less than Budget, or 64 without
	Keep      float64 // the chance that a player stays; 0: ½
	Penalty   float64 // of the lasso; 0: 0.01
	Scale     float64 // by which values are divided before the fit, as by the number of an answer's tokens, of which they are sums; 0: 1
	Seed      uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (c ContextCite) Evaluations(players int) int {
	c, _ = c.withDefaults() // what is wrong with c is for Estimate to say
	return min(c.Ablations+2, all(players))
}

// Estimate draws the ablations, values the distinct ones, and ∅ and N for the
// explanation's ends, which the fit does not see unless they were drawn.
func (c ContextCite) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := c.draw(g.Players())
	values := make([]float64, s.rows.Len()*g.Outputs())
	if err := explain.Check(g).Value(ctx, values, s.rows); err != nil {
		return nil, fmt.Errorf("lime: contextcite: %w", err)
	}
	f, err := c.fit(s, values)
	if err != nil {
		return nil, fmt.Errorf("lime: contextcite: %w", err)
	}
	return s.explanation(g, f, values, explain.Provenance{Name: "contextcite", Budget: c.Ablations + 2, Seed: c.Seed}), nil
}

// withDefaults fills in what the authors' package has: 64 ablations, a chance of ½,
// a penalty of 0.01.
func (c ContextCite) withDefaults() (ContextCite, error) {
	const ends = 2
	switch {
	case c.Ablations != 0:
	case c.Budget != 0:
		c.Ablations = c.Budget - ends
	default:
		c.Ablations = 64
	}
	if c.Keep == 0 {
		c.Keep = 0.5
	}
	if c.Penalty == 0 {
		c.Penalty = 0.01
	}
	if c.Scale == 0 {
		c.Scale = 1
	}
	switch {
	case c.Ablations < 2:
		return c, fmt.Errorf("lime: contextcite: %w", &explain.BudgetError{Need: 2 + ends, Have: c.Ablations + ends})
	case !(c.Keep > 0 && c.Keep < 1):
		return c, fmt.Errorf("lime: contextcite: the chance to stay of %v is none between 0 and 1", c.Keep)
	case !(c.Penalty > 0) || math.IsInf(c.Penalty, 0) || !(c.Scale > 0) || math.IsInf(c.Scale, 0):
		return c, fmt.Errorf("lime: contextcite: penalty %v and scale %v must be positive and finite", c.Penalty, c.Scale)
	}
	return c, nil
}

// draw draws the ablations. N is row 0, and counts as often as it was drawn.
func (c ContextCite) draw(players int) *sample {
	const stream = 0x6363
	random := rand.New(rand.NewPCG(c.Seed, stream))
	s := newSample(players)
	s.row(explain.Grand(players))
	for range c.Ablations {
		present := explain.NewCoalition(players)
		for p := range players {
			if random.Float64() < c.Keep {
				present.Add(p)
			}
		}
		s.add(present)
	}
	s.close()
	return s
}

// fit fits the lasso to a sample and its values, rows × outputs.
func (c ContextCite) fit(s *sample, values []float64) (*fitted, error) {
	outputs := len(values) / s.rows.Len()
	moments := surrogate.NewMoments(s.rows.Players(), outputs)
	if err := moments.Add(s.rows, s.draws, values); err != nil {
		return nil, err
	}
	normal, err := moments.Normal()
	if err != nil {
		return nil, err
	}
	penalty := make([]float64, s.rows.Players())
	for p := range penalty {
		// On standardized columns a coefficient is that of the plain column times
		// its deviation, which for presence is √(p(1−p)): the same lasso has this
		// penalty on plain columns. Dividing the values by Scale multiplies it
		// alike.
		penalty[p] = c.Penalty * c.Scale * math.Sqrt(normal.Mean[p]*(1-normal.Mean[p]))
	}
	f := newFitted(s.rows.Players(), outputs)
	for o := range outputs {
		coef, err := normal.Lasso(o, penalty)
		if err != nil {
			return nil, err
		}
		f.set(o, normal, coef)
	}
	return f, nil
}

// explanation puts together what a fit to the values of a sample says of a game.
func (s *sample) explanation(g explain.Game, f *fitted, values []float64, by explain.Provenance) *explain.Explanation {
	k := g.Outputs()
	x := explain.NewExplanation(g, explain.LIME)
	x.Full = slices.Clone(values[:k])
	x.Baseline = slices.Clone(values[s.empty*k:][:k])
	x.Terms, x.Surrogate = f.terms, &f.surrogate
	x.Evaluations, x.Estimator = s.rows.Len(), by
	return x
}
