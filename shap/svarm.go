package shap

import (
	"context"
	"iter"
	"math"

	"github.com/whence-xai/whence/explain"
)

// SVARM estimates Shapley values by strata (Stratified SVARM, Kolpaczki et al.
// 2024): a player's value is the mean over sizes of what coalitions of a size
// are worth with it, less what they are worth without it, and every coalition
// valued serves the strata of all players. Coalitions are drawn in complementary
// pairs and none twice, and the values are shifted to add up exactly. It is a
// reference: [Kernel] needs far fewer coalitions.
type SVARM struct {
	Budget int // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e SVARM) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values Budget coalitions and returns the Shapley values.
func (e SVARM) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	return e.paired(g).estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e SVARM) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return e.paired(g).refine(ctx, g)
}

func (e SVARM) paired(g explain.Game) paired {
	return paired{"svarm", e.Budget, 2 * g.Players(), e.Seed, spreadMass, stratify}
}

// A stratum holds the coalitions of a size that have a certain player.
type stratum struct{ count, mean, dev float64 }

// add takes in a value by Welford's update, which stays exact where values are large
// and alike.
func (s *stratum) add(v float64) {
	s.count++
	d := v - s.mean
	s.mean += d / s.count
	s.dev += d * (v - s.mean)
}

// stratify averages by strata. Let u be the half-sum of the game and its dual,
// without v(∅). As u(S) + u(N∖S) = u(N), the coalitions that have a player tell
// of those that lack it: φ = 2/n Σ_s (mean of u over the coalitions of size s
// that have the player) − u(N).
func stratify(d *drawing) (*explain.Explanation, error) {
	n, k := d.n, d.k
	scores, errs := make([]float64, n*k), make([]float64, n*k)
	targets := d.targets()
	for o := range k {
		strata, sizes := d.strata(targets, o)
		shift := d.total[o]
		for p := range n {
			mean, variance := d.total[o], 0.0 // of size n there is but N
			for size := 1; size < n; size++ {
				s := strata[p*(n+1)+size]
				spread := sizes[size].spread
				// A stratum without a draw takes the mean and the variance of all
				// coalitions of its size.
				if s.count == 0 {
					mean += sizes[size].all.mean
					variance += sizes[size].all.dev / max(1, sizes[size].all.count-1)
					continue
				}
				mean += s.mean
				all := math.Exp(logChoose(n-1, size-1))
				if all < 1<<52 {
					all = math.Round(all)
				}
				variance += (s.dev + prior*spread) / (s.count - 1 + prior) / s.count * (1 - s.count/all)
			}
			scores[p*k+o] = 2/float64(n)*mean - d.total[o]
			errs[p*k+o] = 2 / float64(n) * math.Sqrt(variance)
			shift -= scores[p*k+o]
		}
		for p := range n {
			scores[p*k+o] += shift / float64(n)
		}
	}
	return d.attribute(explain.SV, scores, errs), nil
}

// ofSize is what the strata of a size have in common.
type ofSize struct {
	all    stratum // all coalitions of the size
	spread float64 // mean variance within strata
}

// strata sorts the values of an output: players × sizes, and what is common to sizes.
func (d *drawing) strata(targets []float64, output int) ([]stratum, []ofSize) {
	n := d.n
	strata, sizes := make([]stratum, n*(n+1)), make([]ofSize, n+1)
	for i, c := range d.rows.All() {
		size := d.pairs.classes[d.class[i]].size
		u := targets[i*d.k+output]
		sizes[size].all.add(u)
		sizes[n-size].all.add(d.total[output] - u)
		for p := range n {
			if c.Has(p) {
				strata[p*(n+1)+size].add(u)
			} else {
				strata[p*(n+1)+n-size].add(d.total[output] - u)
			}
		}
	}
	for size := range sizes {
		dev, freedom := 0.0, 0.0
		for p := range n {
			s := strata[p*(n+1)+size]
			dev += s.dev
			freedom += max(0, s.count-1)
		}
		if freedom > 0 {
			sizes[size].spread = dev / freedom
		} else if all := sizes[size].all; all.count > 1 {
			sizes[size].spread = all.dev / (all.count - 1)
		}
	}
	return strata, sizes
}
