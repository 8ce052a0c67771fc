package shap

import (
	"context"

	"github.com/whence-xai/whence/explain"
)

// LeaveOneOut scores a player by what is lost when it alone is taken away,
// v(N) − v(N∖i): occlusion, or feature ablation. It is the probabilistic value
// that looks at the largest coalitions only, and needs one coalition a player
// and the ends. Players that stand in for one another all score low.
type LeaveOneOut struct{}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (LeaveOneOut) Evaluations(players int) int { return min(players+2, coalitions(players)) }

// Estimate values the coalitions that lack one player. Errors are zero.
func (LeaveOneOut) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	n := g.Players()
	r, err := begin(ctx, g, "leave-one-out", n+2, 0, 0)
	if err != nil {
		return nil, err
	}
	batch := explain.NewCoalitions(n, n)
	for p := range n {
		c := explain.Grand(n)
		c.Remove(p)
		batch.Append(c)
	}
	scores, err := r.value(ctx, batch)
	if err != nil {
		return nil, err
	}
	for i, v := range scores {
		scores[i] = r.full[i%r.k] - v
	}
	return r.attribute(explain.PV, scores, make([]float64, len(scores))), nil
}
