package shap

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/process"
)

var tooMany = fmt.Sprintf("bayes learns from %d coalitions at most; the rest of the budget was left", 2*maxPairs)

func (e Bayes) index() explain.Index {
	if e.Index == 0 {
		return explain.SV
	}
	return e.Index
}

// summaries returns what the index asks of games of n players: a summary for
// every size of sets, the empty set last.
func (e Bayes) summaries(n int) ([]process.Summary, error) {
	d, err := e.definite().definition(n)
	if err != nil {
		return nil, fmt.Errorf("shap: bayes: %w", err)
	}
	if d.order > 2 {
		return nil, fmt.Errorf("shap: bayes: interactions of order %d; it knows of 2 at most", d.order)
	}
	var all []process.Summary
	for size := 1; size <= d.order; size++ {
		all = append(all, d.summary(size))
	}
	if d.hasEmptyTerm() {
		all = append(all, d.summary(0))
	}
	return all, nil
}

// summary returns what the index asks of sets of a size. The parity function of
// a set T has the Möbius coefficient (−1)^{|T|−|R|} 2^|R| for every R ⊆ T, so
// it adds Σ_R (−1)^{|T|−|R|} 2^|R| share(|R|, |S|) over S ⊆ R ⊆ T to the set S.
func (d definition) summary(size int) process.Summary {
	s := process.Summary{Size: size, Weight: d.weight(size)}
	for t := size; t < min(process.Orders, d.n+1); t++ {
		sum := new(big.Rat)
		for r := size; r <= t; r++ {
			term := new(big.Rat).Mul(binomial(t-size, r-size), d.share(r, size))
			term.Mul(term, power(big.NewRat(2, 1), r))
			if (t-r)%2 == 1 {
				term.Neg(term)
			}
			sum.Add(sum, term)
		}
		s.Inside[t], _ = sum.Float64()
	}
	return s
}

// weight returns the weights of single coalitions as a function, by their size and
// what they have in common with the term's set. For many players and indices
// other than values it returns none: the weights are too small to matter, and
// take long to compute.
func (d definition) weight(size int) func(present, common int) float64 {
	const many = 128
	switch {
	case d.index == explain.SV:
		return func(present, common int) float64 {
			if common == 1 {
				// Shapley's weights (s−1)!(n−s)!/n! in closed form: the rational
				// numbers of weights would take long for hundreds of players.
				return math.Exp(-logChoose(d.n-1, present-1)) / float64(d.n)
			}
			return -math.Exp(-logChoose(d.n-1, present)) / float64(d.n)
		}
	case d.n > many:
		return nil
	}
	table := d.weights(size)
	return func(present, common int) float64 { return table[present][common] }
}

// exact values all coalitions.
func (e Bayes) exact(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	x, err := e.definite().Estimate(ctx, g)
	if err == nil {
		x.Estimator.Name, x.Estimator.Seed = "bayes", e.Seed
	}
	return x, err
}

// definite returns what has the same index exactly.
func (e Bayes) definite() Exact {
	return Exact{Index: e.Index, Order: e.Order, Presence: e.Presence, Sizes: e.Sizes}
}

// present adds the terms to an explanation; scores and errors are terms × outputs,
// in the order of the summaries.
func (e Bayes) present(x *explain.Explanation, summaries []process.Summary, scores, errs []float64) {
	k := len(x.Full)
	for _, s := range summaries {
		x.Order = max(x.Order, s.Size)
		for set := range process.Subsets(len(x.Players), s.Size) {
			x.Terms = append(x.Terms, explain.Term{Players: append([]int{}, set...), Score: scores[:k:k], Err: errs[:k:k]})
			scores, errs = scores[k:], errs[k:]
		}
	}
}
