package main

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

// A line is what was measured of one run.
type line struct {
	estimator, index, game string
	perPlayer              int
	seed                   uint64
	err                    float64 // Σ(φ̂−φ)²/Σφ²
	spearman               float64
	five                   float64 // share of the five leading terms that are among the five leading ones estimated
	held, intervals        int     // intervals of ±1.96 errors that hold the truth, of how many
	seconds                float64 // of the whole run; values of a stored game cost next to nothing
}

// measure runs an estimator on the game. An estimator that cannot do with the
// budget has an error of NaN.
func (g game) measure(m method, perPlayer int, seed uint64) (line, error) {
	n := g.Players()
	l := line{estimator: m.name, index: g.index.String(), game: g.name, perPlayer: perPlayer, seed: seed}
	budget := min(perPlayer*n, 1<<n)
	start := time.Now()
	x, err := m.with(budget, seed).Estimate(context.Background(), g)
	l.seconds = time.Since(start).Seconds()
	if short := (*explain.BudgetError)(nil); errors.As(err, &short) {
		l.err, l.spearman, l.five = math.NaN(), math.NaN(), math.NaN()
		return l, nil
	}
	if err != nil {
		return l, err
	}
	estimate, truth := leading(x), leading(g.truth)
	agreement, err := metric.Agree(estimate, truth)
	if err != nil {
		return l, err
	}
	l.err, l.spearman = agreement[0].NormalizedError, agreement[0].Spearman
	l.five = overlap(top(estimate, 5), top(truth, 5))
	for _, t := range estimate.Terms {
		i := slices.IndexFunc(truth.Terms, func(u explain.Term) bool { return slices.Equal(t.Players, u.Players) })
		if e := t.Err[0]; !math.IsNaN(e) && i >= 0 {
			l.intervals++
			if want := truth.Terms[i].Score[0]; math.Abs(t.Score[0]-want) <= 1.96*e+1e-9*math.Abs(want) {
				l.held++
			}
		}
	}
	return l, nil
}

// leading returns the explanation with none but its terms of the highest order.
func leading(x *explain.Explanation) *explain.Explanation {
	y := *x
	y.Terms = slices.Clone(x.Terms)
	y.Terms = slices.DeleteFunc(y.Terms, func(t explain.Term) bool { return len(t.Players) != x.Order })
	return &y
}

// top returns the players of the terms of largest magnitude.
func top(x *explain.Explanation, count int) [][]int {
	terms := slices.Clone(x.Terms)
	slices.SortStableFunc(terms, func(a, b explain.Term) int { return cmp.Compare(math.Abs(b.Score[0]), math.Abs(a.Score[0])) })
	var sets [][]int
	for _, t := range terms[:min(count, len(terms))] {
		sets = append(sets, t.Players)
	}
	return sets
}

// overlap returns the share of b that is in a.
func overlap(a, b [][]int) float64 {
	both := 0.0
	for _, set := range b {
		if slices.ContainsFunc(a, func(other []int) bool { return slices.Equal(set, other) }) {
			both++
		}
	}
	return both / float64(len(b))
}
