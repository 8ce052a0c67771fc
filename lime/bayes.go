package lime

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/process"
	"github.com/whence-xai/whence/explain/surrogate"
)

// A Method is a way to find the surrogate's coefficients.
type Method uint8

const (
	// Sampling fits the surrogate to coalitions drawn, as the reference implementation does.
	Sampling Method = iota
	// Bayes learns the game from few coalitions of its choice, as package process
	// describes, and answers with the coefficients that Sampling has on the mean
	// over its samples: the same quantity with a small part of the coalitions.
	// All players have a coefficient, and R2 is unknown unless all coalitions are valued.
	Bayes
)

// String returns "sampling" or "bayes".
func (m Method) String() string {
	if m == Bayes {
		return "bayes"
	}
	return "sampling"
}

const (
	maxPairs = 4096 // the largest number of complementary pairs to learn from
	maxExact = 24   // the largest number of players of which all coalitions are valued
)

// budget returns how many distinct coalitions method Bayes may value.
func (l Lime) budget(players int) int {
	switch {
	case l.Budget > 0:
		return l.Budget
	case players < 10:
		return 512
	}
	return max(200, 10*players)
}

func (l Lime) validateBayes(players int) error {
	var faults []error
	if least := min(2*players, 1<<min(players, 30)); l.Budget != 0 && l.Budget < least {
		faults = append(faults, &explain.BudgetError{Need: least, Have: l.Budget})
	}
	if l.Kernel != nil {
		faults = append(faults, errors.New("lime: method bayes knows no kernel but the cosine kernel"))
	}
	if l.Features != 0 || l.Selection != Auto {
		faults = append(faults, errors.New("lime: method bayes selects no players"))
	}
	return errors.Join(faults...)
}

// bayes is Estimate by method Bayes. It learns first from the pairs that known has.
// It shows what it has until it is told to stop, and then returns nothing.
func (l Lime) bayes(ctx context.Context, g explain.Game, known *explain.Pool, show func(*explain.Explanation) bool) (*explain.Explanation, error) {
	if err := l.validateBayes(g.Players()); err != nil {
		return nil, err
	}
	l = l.withDefaults()
	if err := l.validate(); err != nil {
		return nil, err
	}
	n, budget := g.Players(), l.budget(g.Players())
	pool := explain.Cache(explain.Check(g))
	all := n <= maxExact && budget >= 1<<n
	if all {
		budget = 1 << n
	}
	result := func(f *fitted) *explain.Explanation {
		x := explain.NewExplanation(g, explain.LIME)
		x.Terms, x.Surrogate = f.terms, &f.surrogate
		empty, _ := pool.Lookup(explain.NewCoalition(n))
		full, _ := pool.Lookup(explain.Grand(n))
		x.Baseline, x.Full = slices.Clone(empty), slices.Clone(full)
		x.Evaluations = pool.Len()
		x.Estimator = explain.Provenance{Name: "lime-bayes", Budget: budget, Seed: l.Seed}
		return x
	}
	var f *fitted
	var err error
	if all {
		f, err = l.everything(ctx, pool)
	} else {
		f, err = l.learn(ctx, pool, known, budget, func(f *fitted) bool { return show == nil || show(result(f)) })
	}
	if err != nil {
		return nil, fmt.Errorf("lime: %w", err)
	}
	if f == nil {
		return nil, nil
	}
	return result(f), nil
}

// mass returns how much the coalitions of each size weigh together, on average over samples.
func (l Lime) mass(players int) []float64 {
	mass := make([]float64, players+1)
	c := explain.NewCoalition(players)
	for size := range players {
		mass[size] = float64(l.Samples-1) / float64(players) * l.Kernel(c, players)
		c.Add(size)
	}
	mass[players] = l.Kernel(c, players)
	return mass
}

// learn fits the surrogate to what the process makes of the game, or returns
// nothing where show told it to stop.
func (l Lime) learn(ctx context.Context, pool, known *explain.Pool, budget int, show func(*fitted) bool) (*fitted, error) {
	n, k := pool.Players(), pool.Outputs()
	coefficients, intercept := process.Linear(l.mass(n), l.Ridge)
	study := &process.Study{Process: process.New(n, k, l.Seed, coefficients, intercept), Known: known,
		Value: func(ctx context.Context, batch *explain.Coalitions) ([]float64, error) {
			values := make([]float64, batch.Len()*k)
			return values, pool.Value(ctx, values, batch)
		}}
	study.Show = func() bool { return show(fit(study.Process, n, k)) }
	done, err := study.Learn(ctx, min(budget/2, maxPairs))
	if err != nil || !done {
		return nil, err
	}
	return fit(study.Process, n, k), nil
}

// fit returns the surrogate of which p was asked.
func fit(p *process.Process, players, outputs int) *fitted {
	scores, errs := p.Estimate()
	f := newFitted(players, outputs)
	for i := range f.terms {
		lo, hi := i*outputs, (i+1)*outputs
		f.terms[i].Score, f.terms[i].Err = scores[lo:hi:hi], errs[lo:hi:hi]
	}
	f.surrogate.Intercept = scores[players*outputs:]
	for o := range outputs {
		f.surrogate.R2[o] = math.NaN()
		f.surrogate.Prediction[o] = f.surrogate.Intercept[o]
		for _, t := range f.terms {
			f.surrogate.Prediction[o] += t.Score[o]
		}
	}
	return f
}

// everything fits the surrogate to all coalitions.
func (l Lime) everything(ctx context.Context, pool *explain.Pool) (*fitted, error) {
	n, k := pool.Players(), pool.Outputs()
	mass, single := l.mass(n), make([]float64, n+1)
	for size, ways := 0, 1.0; size <= n; size++ {
		single[size] = mass[size] / ways
		ways *= float64(n-size) / float64(size+1)
	}
	moments := surrogate.NewMoments(n, k)
	for lo := 0; lo < 1<<n; lo += explain.MaxBatch {
		batch, weights := explain.NewCoalitions(n, explain.MaxBatch), []float64(nil)
		for bits := lo; bits < min(lo+explain.MaxBatch, 1<<n); bits++ {
			c := explain.Coalition{uint64(bits)}[:min(n, 1)]
			batch.Append(c)
			weights = append(weights, single[c.Size()])
		}
		values := make([]float64, batch.Len()*k)
		if err := pool.Value(ctx, values, batch); err != nil {
			return nil, err
		}
		if err := moments.Add(batch, weights, values); err != nil {
			return nil, err
		}
	}
	normal, err := moments.Normal()
	if err != nil {
		return nil, err
	}
	ridge, err := l.ridge(normal, 0, 0)
	if err != nil {
		return nil, err
	}
	f := newFitted(n, k)
	for o := range k {
		f.set(o, normal, ridge.Coefficients(o))
	}
	for _, t := range f.terms {
		clear(t.Err)
	}
	return f, nil
}
