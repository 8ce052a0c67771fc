package shap

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
)

// LSHAP scores players by what they lose with a few of their neighbours absent:
// the L-SHAP of MExGen (Monteiro Paes et al. 2024), after the L-Shapley values of Chen
// et al. 2019. Only players that stand up to Neighbors places away interact with
// one, and no more than Most of them are taken away beside it:
//
//	φ_i = 1/(K+1) Σ_{k=0}^{K} mean over sets S of k neighbours of v(N∖S) − v(N∖S∖i)
//
// where K is Most, or the number of neighbours if they are fewer: near the ends
// the published code divides by too much there. Values do not add up to
// v(N) − v(∅), and the number of coalitions grows but linearly with players:
// with the defaults it is about eight a player.
type LSHAP struct {
	Neighbors int // on each side; zero for 2
	Most      int // of them taken away at a time; zero for 2
}

// Estimate values all coalitions it takes. Errors are zero.
func (e LSHAP) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	n := g.Players()
	plan, parts := e.whole(n)
	if plan.Len() > mostPlanned {
		return nil, fmt.Errorf("shap: l-shap: %d of %d neighbours on each side are more than %d coalitions", e.Most, e.Neighbors, mostPlanned)
	}
	r, err := begin(ctx, g, "l-shap", distinct(plan), 0, 0)
	if err != nil {
		return nil, err
	}
	values, err := r.value(ctx, plan)
	if err != nil {
		return nil, err
	}
	scores := make([]float64, n*r.k)
	for i, part := range parts {
		with, without := values[2*i*r.k:(2*i+1)*r.k], values[(2*i+1)*r.k:]
		for o, v := range with {
			scores[part.player*r.k+o] += part.share * (v - without[o])
		}
	}
	return r.attribute(explain.PV, scores, make([]float64, len(scores))), nil
}

// Evaluations returns how many distinct coalitions of so many players Estimate values.
func (e LSHAP) Evaluations(players int) int {
	plan, _ := e.whole(players)
	return distinct(plan)
}

// whole plans for all players, or until there are too many coalitions: with a
// player, and without it, in turn.
func (e LSHAP) whole(players int) (*explain.Coalitions, []part) {
	if e.Neighbors <= 0 {
		e.Neighbors = 2
	}
	if e.Most <= 0 {
		e.Most = 2
	}
	plan := explain.NewCoalitions(players, 0)
	var parts []part
	for p := 0; p < players && plan.Len() <= mostPlanned; p++ {
		parts = e.plan(plan, parts, p)
	}
	return plan, parts
}

// mostPlanned is the largest number of coalitions that are planned.
const mostPlanned = 1 << 20

// A part is what a difference of two values is of a player's score.
type part struct {
	player int
	share  float64
}

// plan appends the coalitions that a player's score is made of.
func (e LSHAP) plan(plan *explain.Coalitions, parts []part, player int) []part {
	n := plan.Players()
	var near []int
	for p := max(0, player-e.Neighbors); p <= min(n-1, player+e.Neighbors); p++ {
		if p != player {
			near = append(near, p)
		}
	}
	most := min(e.Most, len(near))
	for size := range most + 1 {
		first := len(parts)
		choose(near, size, func(gone []int) bool {
			c := explain.Grand(n)
			for _, p := range gone {
				c.Remove(p)
			}
			plan.Append(c)
			c.Remove(player)
			plan.Append(c)
			parts = append(parts, part{player, 1 / float64(most+1)})
			return plan.Len() <= mostPlanned
		})
		// The mean over sets of a size, whose number is known only now.
		for i := range parts[first:] {
			parts[first+i].share /= float64(len(parts) - first)
		}
	}
	return parts
}

// choose calls f with every subset of a size, which it must not keep, until it returns false.
func choose(from []int, size int, f func(set []int) bool) {
	set := make([]int, 0, size)
	var grow func(at int) bool
	grow = func(at int) bool {
		if len(set) == size {
			return f(set)
		}
		for i := at; i <= len(from)-(size-len(set)); i++ {
			set = append(set, from[i])
			if !grow(i + 1) {
				return false
			}
			set = set[:len(set)-1]
		}
		return true
	}
	grow(0)
}

// distinct returns how many different coalitions there are, the ends included.
func distinct(of *explain.Coalitions) int {
	seen := map[string]bool{explain.NewCoalition(of.Players()).Key(): true, explain.Grand(of.Players()).Key(): true}
	for _, c := range of.All() {
		seen[c.Key()] = true
	}
	return len(seen)
}
