// Package lime explains games by local surrogate models: LIME (Ribeiro, Singh
// and Guestrin 2016) draws coalitions around the grand coalition, weighs them by
// their proximity to it, and fits a linear model whose coefficients are the
// scores. Distances, kernel, selection of players and fit follow the
// reference implementation for texts, so that the same coalitions and values give
// the same coefficients; what a player is and how it is taken away is the game's affair.
package lime

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// Lime estimates the coefficients of LIME's surrogate. The zero value draws
// 5000 coalitions, weighs them by [Cosine](25) and fits all players by ridge
// regression with penalty 1. The reference implementation shows ten players,
// for which set Features to 10.
//
// The scores are coefficients under the index [explain.LIME]: they do not add up
// to v(N) − v(∅). Intercept, local prediction and weighted R² are in the
// explanation's Surrogate. Where all players have a coefficient, Err is the
// standard error due to the drawing of coalitions: how far a coefficient would
// stray under other seeds from its mean over them. It does not tell how well a
// linear model suits the game. Where a selection was made, Err is NaN: the
// selection depends on the same values as the fit.
type Lime struct {
	Budget      int       // maximum number of evaluations, ∅ and N included; 0: as Samples say
	Samples     int       // coalitions drawn, the grand one included; doubles count and are valued once; 0: one less than Budget, or 5000 without
	KernelWidth float64   // of the cosine kernel; 0: 25
	Kernel      Kernel    // weight of a coalition in the fit; nil: Cosine(KernelWidth)
	Features    int       // players with a coefficient, at most; 0: all
	Selection   Selection // how they are chosen
	Ridge       float64   // penalty on the squares of the coefficients, against weights of at most 1; 0: 1
	Seed        uint64
}

// Estimate draws coalitions, values the distinct ones, and ∅ for the explanation's
// baseline, and fits the surrogate: at most Samples + 1 evaluations. All outputs
// share the coalitions; a selection is made for each by itself.
func (l Lime) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	l = l.withDefaults()
	if err := l.validate(); err != nil {
		return nil, err
	}
	s := draw(g.Players(), l.Samples, l.Seed)
	values := make([]float64, s.rows.Len()*g.Outputs())
	if err := explain.Check(g).Value(ctx, values, s.rows); err != nil {
		return nil, err
	}
	f, err := l.fit(s, values)
	if err != nil {
		return nil, err
	}
	x := s.explanation(g, f, values, explain.Provenance{Name: "lime", Budget: l.Samples + 1, Seed: l.Seed})
	if chosen, players := l.selects(g.Players()); chosen != none {
		x.Warnings = append(x.Warnings, fmt.Sprintf("at most %d of %d players have a coefficient (%v); the others score 0", players, g.Players(), chosen))
	}
	return x, nil
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (l Lime) Evaluations(players int) int {
	return min(l.withDefaults().Samples+1, all(players))
}

// all returns the number of coalitions of so many players, as far as it matters.
func all(players int) int { return 1 << min(players, 62) }

// withDefaults fills in what the reference implementation has: 5000 samples, a
// kernel of width 25, a ridge penalty of 1.
func (l Lime) withDefaults() Lime {
	switch {
	case l.Samples != 0:
	case l.Budget != 0:
		l.Samples = l.Budget - 1 // ∅, which may not be drawn, is valued too
	default:
		l.Samples = 5000
	}
	if l.KernelWidth == 0 {
		l.KernelWidth = 25
	}
	if l.Kernel == nil {
		l.Kernel = Cosine(l.KernelWidth)
	}
	if l.Ridge == 0 {
		l.Ridge = 1
	}
	return l
}

// validate tells all that is wrong with the fields at once.
func (l Lime) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf("lime: "+format, args...)) }
	if l.Samples < 2 {
		faults = append(faults, &explain.BudgetError{Need: 3, Have: l.Samples + 1})
	}
	if !(l.KernelWidth > 0) {
		fault("kernel width %v is not positive", l.KernelWidth)
	}
	if l.Features < 0 {
		fault("%d features", l.Features)
	}
	if l.Selection > LassoPath {
		fault("unknown %v", l.Selection)
	}
	if !(l.Ridge > 0) || math.IsInf(l.Ridge, 0) {
		fault("ridge penalty %v is not positive and finite", l.Ridge)
	}
	return errors.Join(faults...)
}

// A fitted is what the surrogate says of every output.
type fitted struct {
	terms     []explain.Term
	surrogate explain.Surrogate
}

// fit fits the surrogate to a sample and its values, rows × outputs.
func (l Lime) fit(s *sample, values []float64) (*fitted, error) {
	players, outputs := s.rows.Players(), len(values)/s.rows.Len()
	proximity, weights, err := l.weigh(s)
	if err != nil {
		return nil, err
	}
	moments := surrogate.NewMoments(players, outputs)
	if err := moments.Add(s.rows, weights, values); err != nil {
		return nil, err
	}
	normal, err := moments.Normal()
	if err != nil {
		return nil, err
	}
	f := newFitted(players, outputs)
	chosen, _ := l.selects(players)
	var ridge *surrogate.Ridge
	for k := range outputs {
		// Without a selection all outputs share the columns, and one factorization
		// serves them.
		if k == 0 || chosen != none {
			if ridge, err = l.ridge(normal, k, s.total); err != nil {
				return nil, err
			}
		}
		f.set(k, normal, ridge.Coefficients(k))
	}
	if chosen == none && outputs > 0 {
		random := slices.Clone(s.draws)
		random[0] = 0 // the grand coalition is not left to chance
		for i, e := range ridge.StdErr(s.rows, proximity, random, values) {
			f.terms[i/outputs].Err[i%outputs] = e
		}
	}
	return f, nil
}

// weigh returns the proximity of each row, and its weight in the fit.
func (l Lime) weigh(s *sample) (proximity, weights []float64, err error) {
	proximity = make([]float64, s.rows.Len())
	weights = make([]float64, s.rows.Len())
	for i, c := range s.rows.All() {
		w := l.Kernel(c, s.rows.Players())
		// A kernel may be the caller's own; NaN is refused, too.
		if !(w >= 0) || math.IsInf(w, 0) {
			return nil, nil, fmt.Errorf("lime: the kernel weighs a coalition of %d players at %v", c.Size(), w)
		}
		proximity[i], weights[i] = w, w*s.draws[i]
	}
	return proximity, weights, nil
}

// newFitted returns scores and surrogate of zero, with errors unknown.
func newFitted(players, outputs int) *fitted {
	f := &fitted{
		terms: make([]explain.Term, players),
		surrogate: explain.Surrogate{
			Intercept:  make([]float64, outputs),
			Prediction: make([]float64, outputs),
			R2:         make([]float64, outputs),
		},
	}
	for p := range f.terms {
		err := make([]float64, outputs)
		for k := range err {
			err[k] = math.NaN()
		}
		f.terms[p] = explain.Term{Players: []int{p}, Score: make([]float64, outputs), Err: err}
	}
	return f
}

// set records the coefficients of an output.
func (f *fitted) set(output int, normal *surrogate.Normal, coef []float64) {
	s := &f.surrogate
	s.Intercept[output] = normal.Intercept(output, coef)
	s.Prediction[output] = s.Intercept[output]
	s.R2[output] = normal.R2(output, coef)
	for p, c := range coef {
		f.terms[p].Score[output] = c
		s.Prediction[output] += c
	}
}
