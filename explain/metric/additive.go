package metric

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
)

// AdditiveFit measures how much of a game the scores explain: the coefficient
// of determination, over coalitions S, of
//
//	v̂(S) = v(∅) + Σ score(T) over the terms T within S
//
// against v(S). For attributions that is the additive model of Lundberg and Lee
// (2017, §2); a low value says that players act together in ways that one score
// a player cannot tell. Where the explanation has a surrogate, its intercept
// stands for v(∅), and where it has a term without players, that term.
//
// The coalitions are fresh ones that the game's [explain.Pool] has not valued,
// drawn with sizes uniform from 1 to n−1. Where fewer than eight are left, the
// fit is measured on all that the pool knows of these sizes instead, weighted
// such that every size counts alike, and Quality.HeldOut is false. Of fewer than
// two players there is nothing to measure: R² is NaN on no coalitions.
type AdditiveFit struct {
	Coalitions int    // to value at most; 32 where zero
	Seed       uint64 // of their choice
}

const (
	defaultFresh = 32
	leastFresh   = 8
)

// Measure values the fresh coalitions by g, which should be the pool that the
// estimator was given, and returns the fit of x, an entry an output.
func (a AdditiveFit) Measure(ctx context.Context, g explain.Game, x *explain.Explanation) (*explain.Quality, error) {
	if x.Index == explain.Fourier {
		return nil, fmt.Errorf("metric: additive fit: coefficients of index %v are no shares of coalitions", x.Index)
	}
	if len(x.Players) != g.Players() || len(x.Baseline) != g.Outputs() {
		return nil, fmt.Errorf("metric: additive fit: explanation of %d players and %d outputs for a game of %d and %d",
			len(x.Players), len(x.Baseline), g.Players(), g.Outputs())
	}
	pool := explain.Cache(g)
	first, heldOut, err := a.learn(ctx, pool)
	if err != nil {
		return nil, err
	}
	q := fit(x, pool, first)
	q.HeldOut = heldOut
	return q, nil
}

// learn values the fresh coalitions and returns the number of the first of those
// to measure on; where too few are left, of all that the pool knows.
func (a AdditiveFit) learn(ctx context.Context, pool *explain.Pool) (first int, heldOut bool, err error) {
	first = pool.Len()
	fresh := a.draw(pool)
	if fresh.Len() < leastFresh {
		return 0, false, nil
	}
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	values := make([]float64, fresh.Len()*pool.Outputs())
	if err := pool.Value(ctx, values, fresh); err != nil {
		return 0, false, fmt.Errorf("metric: additive fit: %w", err)
	}
	return first, true, nil
}

// draw returns coalitions that the pool does not know, no two alike. Where few
// are left it may find fewer than there are.
func (a AdditiveFit) draw(pool *explain.Pool) *explain.Coalitions {
	want := a.Coalitions
	if want <= 0 {
		want = defaultFresh
	}
	n := pool.Players()
	fresh := explain.NewCoalitions(n, want)
	if n < 2 {
		return fresh
	}
	rng := rand.New(rand.NewPCG(a.Seed, 0x61646469746976)) // a stream of its own
	drawn := map[string]bool{}
	c := explain.NewCoalition(n)
	for try := 0; fresh.Len() < want && try < 32*want; try++ {
		clear(c)
		// Sizes from 1 to n − 1: the ends are known to every estimator, and most
		// predict them exactly.
		for _, p := range rng.Perm(n)[:1+rng.IntN(n-1)] {
			c.Add(p)
		}
		if _, known := pool.Lookup(c); known || drawn[c.Key()] {
			continue
		}
		drawn[c.Key()] = true
		fresh.Append(c)
	}
	return fresh
}

// fit returns the coefficient of determination of x on the coalitions that the
// pool learnt from number first on.
func fit(x *explain.Explanation, pool *explain.Pool, first int) *explain.Quality {
	k := pool.Outputs()
	weights, coalitions := sizeWeights(pool, first)
	q := &explain.Quality{R2: make([]float64, k), Coalitions: coalitions}
	residual, spread := make([]float64, k), make([]float64, k)
	mean, guess := weightedMean(pool, first, weights), make([]float64, k)
	for i, w := range weights {
		c, v := pool.At(first + i)
		predict(guess, x, c)
		for o := range guess {
			residual[o] += w * (v[o] - guess[o]) * (v[o] - guess[o])
			spread[o] += w * (v[o] - mean[o]) * (v[o] - mean[o])
		}
	}
	for o := range q.R2 {
		q.R2[o] = math.NaN()
		if spread[o] > 0 {
			q.R2[o] = 1 - residual[o]/spread[o]
		}
	}
	return q
}

// sizeWeights returns the weights of the pool's coalitions from number first
// on: zero for the empty and the full one, and for the others such that every
// size weighs the same. It returns how many the others are.
func sizeWeights(pool *explain.Pool, first int) (weights []float64, coalitions int) {
	n := pool.Players()
	bySize := make([]int, n+1)
	for i := first; i < pool.Len(); i++ {
		c, _ := pool.At(i)
		bySize[c.Size()]++
	}
	weights = make([]float64, pool.Len()-first)
	for i := range weights {
		c, _ := pool.At(first + i)
		if s := c.Size(); s > 0 && s < n {
			weights[i] = 1 / float64(bySize[s])
			coalitions++
		}
	}
	return weights, coalitions
}

// weightedMean returns the mean value, an entry an output. Of equal values it
// is exactly that value.
func weightedMean(pool *explain.Pool, first int, weights []float64) []float64 {
	mean, total := make([]float64, pool.Outputs()), 0.0
	for i, w := range weights {
		if w == 0 {
			continue
		}
		total += w
		_, v := pool.At(first + i)
		for o := range mean {
			// Incrementally (West 1979): of equal values every difference is zero,
			// and so is the spread, which a sum divided by the weights might leave
			// at some rounding error.
			mean[o] += (v[o] - mean[o]) * (w / total)
		}
	}
	return mean
}

// predict writes v̂(c) to dst, an entry an output.
func predict(dst []float64, x *explain.Explanation, c explain.Coalition) {
	copy(dst, x.Baseline)
	if x.Surrogate != nil {
		copy(dst, x.Surrogate.Intercept)
	}
	if last := len(x.Terms) - 1; last >= 0 && len(x.Terms[last].Players) == 0 {
		clear(dst) // the term of no players is the constant
	}
terms:
	for _, t := range x.Terms {
		for _, p := range t.Players {
			if !c.Has(p) {
				continue terms
			}
		}
		for o := range dst {
			dst[o] += t.Score[o]
		}
	}
}
