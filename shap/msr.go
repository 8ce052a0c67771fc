package shap

import (
	"context"
	"iter"
	"math"

	"github.com/whence-xai/whence/explain"
)

// MSR estimates Shapley or Banzhaf values without bias, by weighing every
// coalition as the definition does and dividing by how likely it was to be
// drawn (maximum sample reuse, Wang & Jia 2023; unbiased Kernel SHAP, Covert &
// Lee 2021). Coalitions are drawn in complementary pairs and none twice. It is a
// reference: its spread is that of the values themselves, where a regression's
// is that of what an additive game leaves unexplained.
type MSR struct {
	Index  explain.Index // SV or BV; zero for SV
	Budget int           // distinct coalitions; zero for DefaultBudget, at least two a player
	Seed   uint64
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e MSR) Evaluations(players int) int { return evaluations(players, e.Budget, 2*players) }

// Estimate values Budget coalitions and returns the values.
func (e MSR) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	p, err := e.paired(g)
	if err != nil {
		return nil, err
	}
	return p.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued; the last is what Estimate returns. After an error it yields no more.
func (e MSR) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	p, err := e.paired(g)
	if err != nil {
		return func(yield func(*explain.Explanation, error) bool) { yield(nil, err) }
	}
	return p.refine(ctx, g)
}

// paired draws sizes by the spread of what they add to a Shapley value, or for
// Banzhaf values by their number.
func (e MSR) paired(g explain.Game) (paired, error) {
	switch e.Index {
	case 0, explain.SV:
		return paired{"msr", e.Budget, 2 * g.Players(), e.Seed, spreadMass, func(d *drawing) (*explain.Explanation, error) {
			return d.reweigh(explain.SV, shapleyShare), nil
		}}, nil
	case explain.BV:
		return paired{"msr", e.Budget, 2 * g.Players(), e.Seed, countMass, func(d *drawing) (*explain.Explanation, error) {
			return d.reweigh(explain.BV, banzhafShare), nil
		}}, nil
	}
	return paired{}, unsupported("msr", e.Index)
}

// countMass is the share of a size among all coalitions.
func countMass(players, size int) float64 {
	return math.Exp(logChoose(players, size) - float64(players)*math.Ln2)
}

// spreadMass is in proportion to the spread of a coalition's contribution to a
// Shapley value, which makes the sum vary least where all values vary alike.
func spreadMass(players, size int) float64 { return math.Sqrt(kernelMass(players, size)) }

// A share tells how much a mean difference v(S) − v(N∖S), over all coalitions of
// a size, adds to the value of a player in S and of one in N∖S.
type share func(players, size int) (in, out float64)

// shapleyShare: a Shapley value is the mean over the n sizes of what coalitions with
// the player are worth on average, less those without. A share s/n of the coalitions
// of size s have it, so their sum over all coalitions of that size counts
// (1/n)·(n/s) = 1/s times.
func shapleyShare(players, size int) (in, out float64) {
	return 1 / float64(size), -1 / float64(players-size)
}

// banzhafShare: all coalitions weigh 2^(1−n), of which there are n over s of a size.
func banzhafShare(players, size int) (in, out float64) {
	s := 2 * countMass(players, size)
	return s, -s
}

// reweigh adds up the mean differences of all classes of pairs.
func (d *drawing) reweigh(index explain.Index, of share) *explain.Explanation {
	n, k := d.n, d.k
	scores, variance := make([]float64, n*k), make([]float64, n*k)
	first, _ := of(n, n)
	for i := range scores {
		scores[i] = first * d.total[i%k]
	}
	strata := make([]stratum, len(d.pairs.classes)*n*k)
	for i, c := range d.rows.All() {
		class := d.class[i]
		in, out := of(n, d.pairs.classes[class].size)
		for p := range n {
			s := out
			if c.Has(p) {
				s = in
			}
			for o := range k {
				a, b := d.both(i, o)
				strata[(class*n+p)*k+o].add(s * (a - b))
			}
		}
	}
	for class, c := range d.pairs.classes {
		if c.drawn == 0 {
			continue
		}
		half := 1.0
		if 2*c.size == n { // every pair would be counted from both sides
			half = 0.5
		}
		for i := range scores {
			s := strata[class*n*k+i]
			scores[i] += half * s.mean
			spread := s.dev / max(1, s.count-1)
			// Of one draw the variance is not known; its square stands for it,
			// which is no less on average.
			if s.count == 1 {
				spread = s.mean * s.mean
			}
			// The last factor is the correction for drawing without replacement
			// (Cochran 1977, §2.6): a class that was drawn whole has no error.
			variance[i] += half * half * spread / s.count * (1 - s.count/c.count)
		}
	}
	errs := make([]float64, n*k)
	for i, v := range variance {
		errs[i] = math.Sqrt(v)
	}
	return d.attribute(index, scores, errs)
}
