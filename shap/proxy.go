package shap

import (
	"context"
	"fmt"
	"iter"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// Proxy fits boosted trees to the game and takes their exact values (Butler et
// al. 2025). What the trees leave over is fitted by the regression of [Kernel]
// (after Witter et al. 2025), so that the values add up, and are exact when all
// coalitions are valued. It does best where few players interact strongly, as
// in images and tables.
//
// For Shapley values the trees learn the part of the game that matters to them,
// v(S) − v(N∖S), and standard errors come from what trees leave over that have
// not seen the pair. For all other indices they learn the game itself, errors
// are unknown, and interactions that no tree contains are left out: they are
// zero: interactions of any order among hundreds of players, where few are strong.
type Proxy struct {
	Index    explain.Index // any that Exact knows but OV; zero for SV
	Order    int           // of interactions; zero for 2
	Budget   int           // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed     uint64
	Presence float64   // of WBV: the probability that another player is there; zero for ½
	Sizes    []float64 // of PV: as in Exact
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Proxy) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values Budget coalitions and returns the index.
func (e Proxy) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	p, x, err := e.begin(ctx, g)
	if x != nil || err != nil {
		return x, err
	}
	return p.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e Proxy) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		p, x, err := e.begin(ctx, g)
		if x != nil || err != nil {
			yield(x, err)
			return
		}
		p.refine(ctx, g)(yield)
	}
}

// begin checks the fields. It returns the exact values where all coalitions are affordable.
func (e Proxy) begin(ctx context.Context, g explain.Game) (paired, *explain.Explanation, error) {
	n := g.Players()
	exact := Exact{Index: e.Index, Order: e.Order, Presence: e.Presence, Sizes: e.Sizes}
	d, err := exact.definition(n)
	switch {
	case err != nil:
		return paired{}, nil, fmt.Errorf("shap: proxy: %w", err)
	case affordable(n, e.Budget):
		x, err := exact.Estimate(ctx, g)
		if err == nil {
			x.Estimator.Name, x.Estimator.Seed = "proxy", e.Seed
		}
		return paired{}, x, err
	}
	return paired{"proxy", e.Budget, 2 * n, e.Seed, kernelMass, func(drawn *drawing) (*explain.Explanation, error) {
		return drawn.proxy(ctx, d)
	}}, nil, nil
}

// proxy fits trees and what they leave over, and returns the index of the two.
func (d *drawing) proxy(ctx context.Context, index definition) (*explain.Explanation, error) {
	weights, chance := d.weights(kernelMass)
	outputs, errs := make([]polynomial, d.k), unknown(d.n*d.k)
	var each errgroup.Group
	each.SetLimit(runtime.GOMAXPROCS(0))
	for o := range d.k {
		each.Go(func() (err error) {
			outputs[o], err = d.proxyOf(ctx, o, index, weights, chance, errs)
			return err
		})
	}
	if err := each.Wait(); err != nil {
		return nil, err
	}
	x := d.explanation(index.index)
	x.Order = index.order
	x.Terms = terms(d.n, outputs)
	for p := range d.n {
		copy(x.Terms[p].Err, errs[p*d.k:(p+1)*d.k])
	}
	return x, nil
}

// proxyOf fits an output, and writes its errors where they are known.
func (d *drawing) proxyOf(ctx context.Context, o int, index definition, weights, chance, errs []float64) (polynomial, error) {
	b := d.boosting(o, index.index == explain.SV)
	trees, rest, held, err := b.fit(ctx)
	if err != nil {
		return nil, err
	}
	game := polynomial{}
	for _, t := range trees {
		game.add(t, noPlayers, nil)
	}
	targets, total := d.leftOver(rest)
	moments := surrogate.NewMoments(d.n, 1)
	if err := moments.Add(d.rows, weights, targets); err != nil {
		return nil, err
	}
	fit, err := moments.Constrained([]float64{total})
	if err != nil {
		return nil, fmt.Errorf("shap: proxy: %w", err)
	}
	for p, c := range fit.Coefficients(0) {
		game[noPlayers.with(p)] += c
	}
	// Whatever the trees make of ∅: the value is known.
	game[noPlayers] = d.empty[o]
	if index.index == explain.SV {
		targets, total := d.leftOver(held)
		for p, se := range d.heldError(targets, total, weights, chance) {
			errs[p*d.k+o] = se
		}
	}
	return game.index(index), nil
}

// boosting returns what the trees are to learn of an output: the values of both
// sides of all pairs and of the ends, about their middle; or only half the
// difference of the sides.
func (d *drawing) boosting(output int, odd bool) boosting {
	b := boosting{rows: explain.NewCoalitions(d.n, 2*d.rows.Len()+2)}
	other := explain.NewCoalition(d.n)
	middle := (d.empty[output] + d.full[output]) / 2
	add := func(c explain.Coalition, v, w float64) {
		other.Complement(c, d.n)
		b.rows.Append(c)
		b.rows.Append(other)
		// v(S) and v(N∖S) about their own middle are half their difference and its
		// negative: nothing of the pair's sum is left, which says nothing of
		// Shapley values.
		if odd {
			middle = (v + w) / 2
		}
		b.targets = append(b.targets, v-middle, w-middle)
	}
	for i, c := range d.rows.All() {
		v, w := d.both(i, output)
		add(c, v, w)
	}
	add(explain.Grand(d.n), d.full[output], d.empty[output])
	return b
}

// leftOver returns the targets of a regression on what trees leave over of a
// boosting, and their sum. See [drawing.targets].
func (d *drawing) leftOver(rest []float64) (targets []float64, total float64) {
	ends := len(rest) - 2
	total = rest[ends] - rest[ends+1]
	for i := range d.rows.Len() {
		targets = append(targets, (rest[2*i]-rest[2*i+1]+total)/2)
	}
	return targets, total
}

// heldError returns the standard errors of a regression on targets.
func (d *drawing) heldError(targets []float64, total float64, weights, chance []float64) []float64 {
	moments := surrogate.NewMoments(d.n, 1)
	if err := moments.Add(d.rows, weights, targets); err != nil {
		return unknown(d.n)
	}
	fit, err := moments.Constrained([]float64{total})
	if err != nil {
		return unknown(d.n)
	}
	residuals := halfway(fit.Residuals(d.rows, targets), fit.Deviations(d.rows, 1, weights, targets))
	return fit.StdErr(d.rows, 1, weights, chance, residuals)
}
