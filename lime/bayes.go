package lime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/process"
	"github.com/whence-xai/whence/explain/surrogate"
)

// Bayes estimates the coefficients that [Lime] has on the mean over its samples,
// with a small part of the coalitions: it learns the game from few coalitions of
// its choice, by the Gaussian process that package process describes, and answers
// with what the process expects of the weighted ridge regression and how unsure
// that is. All players have a coefficient. The zero value answers for Lime's.
//
// Scores, intercept and prediction are as those of Lime; R² is NaN unless all
// coalitions are valued, and Err is the process' standard deviation, 0 then.
type Bayes struct {
	Budget      int     // maximum number of evaluations, ∅ and N included, at least two a player; 0: all of up to 512, otherwise ten a player, but 200 at least
	Samples     int     // coalitions that Lime would draw; 0: 5000
	KernelWidth float64 // of the cosine kernel; 0: 25
	Ridge       float64 // penalty on the squares of the coefficients, as of Lime; 0: 1
	Seed        uint64
}

const (
	maxPairs = 4096 // the largest number of complementary pairs to learn from
	maxExact = 24   // the largest number of players of which all coalitions are valued
)

// lime returns the surrogate whose coefficients are wanted.
func (b Bayes) lime() Lime {
	return Lime{Samples: b.Samples, KernelWidth: b.KernelWidth, Ridge: b.Ridge, Seed: b.Seed}.withDefaults()
}

// Estimate values up to Budget coalitions and returns the coefficients.
func (b Bayes) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	return b.estimate(ctx, g, nil, nil)
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (b Bayes) Evaluations(players int) int { return min(b.budget(players), all(players)) }

// Refine yields better and better explanations, the last of which is what
// Estimate returns. After an error it yields no more.
func (b Bayes) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		x, err := b.estimate(ctx, g, nil, func(x *explain.Explanation) bool { return yield(x, nil) })
		if x != nil || err != nil {
			yield(x, err)
		}
	}
}

// Extend continues an earlier run: it learns from all complementary pairs that the
// pool knows, in the order of their valuation and up to Budget coalitions, and
// values as many more as the budget leaves.
func (b Bayes) Extend(ctx context.Context, known *explain.Pool) (*explain.Explanation, error) {
	return b.estimate(ctx, known, known, nil)
}

// budget returns how many distinct coalitions may be valued.
func (b Bayes) budget(players int) int {
	switch {
	case b.Budget > 0:
		return b.Budget
	case players < 10:
		return 512
	}
	return max(200, 10*players)
}

// validate tells what is wrong with the fields for a game of so many players. Two
// coalitions a player is the least from which the process learns anything.
func (b Bayes) validate(players int) error {
	least := min(2*players, 1<<min(players, 30))
	if b.Budget != 0 && b.Budget < least {
		return errors.Join(&explain.BudgetError{Need: least, Have: b.Budget}, b.lime().validate())
	}
	return b.lime().validate()
}

// estimate learns first from the pairs that known has. It shows what it has until
// it is told to stop, and then returns nothing.
func (b Bayes) estimate(ctx context.Context, g explain.Game, known *explain.Pool, show func(*explain.Explanation) bool) (*explain.Explanation, error) {
	if err := b.validate(g.Players()); err != nil {
		return nil, err
	}
	l, n, budget := b.lime(), g.Players(), b.budget(g.Players())
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
		x.Estimator = explain.Provenance{Name: "lime-bayes", Budget: budget, Seed: b.Seed}
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
		// Lime draws the number of players taken away uniformly from 1 to n, so
		// each size below n is drawn (Samples − 1)/n times on average, and N itself
		// once.
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
		// ways is n over size, built up from one size to the next.
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
