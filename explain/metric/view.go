package metric

import (
	"context"
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
)

// View returns the game of one output of g, with every value put through scale
// where that is not nil. Most metrics want a game of one output; give View the
// pool that the estimator had, and no coalition is valued twice.
func View(g explain.Game, output int, scale func(float64) float64) explain.Game {
	if scale == nil && output == 0 && g.Outputs() == 1 {
		return g
	}
	return view{g, output, scale}
}

type view struct {
	explain.Game
	output int
	scale  func(float64) float64
}

func (v view) Outputs() int         { return 1 }
func (v view) Unwrap() explain.Game { return v.Game }

// Value asks for all outputs and keeps one: a game has them in one pass.
func (v view) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	k := v.Game.Outputs()
	all := make([]float64, batch.Len()*k)
	if err := v.Game.Value(ctx, all, batch); err != nil {
		return err
	}
	for i := range batch.Len() {
		if dst[i] = all[i*k+v.output]; v.scale != nil {
			dst[i] = v.scale(dst[i])
		}
	}
	return nil
}

// Logistic turns log-odds into a probability.
func Logistic(logOdds float64) float64 { return 1 / (1 + math.Exp(-logOdds)) }

// checkGame returns an error unless g is a game of one output and as many
// players as there are scores.
func checkGame(g explain.Game, scores []float64) error {
	if g.Players() != len(scores) || g.Outputs() != 1 {
		return fmt.Errorf("metric: %d scores for a game of %d players and %d outputs", len(scores), g.Players(), g.Outputs())
	}
	return nil
}

// values returns what the coalitions of a batch are worth in a game of one output.
func values(ctx context.Context, g explain.Game, batch *explain.Coalitions) ([]float64, error) {
	if err := ctx.Err(); err != nil { // which a game that knows all values need not ask
		return nil, err
	}
	v := make([]float64, batch.Len())
	if err := g.Value(ctx, v, batch); err != nil {
		return nil, fmt.Errorf("metric: %w", err)
	}
	return v, nil
}

// drops returns v(N) − v(N∖S), an entry for each set S of players removed.
func drops(ctx context.Context, g explain.Game, removed *explain.Coalitions) ([]float64, error) {
	n := g.Players()
	left := explain.NewCoalitions(n, removed.Len()+1)
	left.Append(explain.Grand(n))
	c := explain.NewCoalition(n)
	for _, s := range removed.All() {
		c.Complement(s, n)
		left.Append(c)
	}
	v, err := values(ctx, g, left)
	if err != nil {
		return nil, err
	}
	full, v := v[0], v[1:]
	for i := range v {
		v[i] = full - v[i]
	}
	return v, nil
}
