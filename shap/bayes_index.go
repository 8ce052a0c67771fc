package shap

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"slices"

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
	switch e.index() {
	case explain.LIME:
		if e.Order > 1 {
			return nil, fmt.Errorf("shap: bayes: index LIME is of order 1, not %d", e.Order)
		}
		coefficients, intercept := process.Linear(limeMass(n), limeRidge)
		return []process.Summary{coefficients, intercept}, nil
	case explain.SV, explain.BV, explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII:
	default:
		return nil, unsupported("bayes", e.Index)
	}
	d, err := Exact{Index: e.Index, Order: e.Order}.definition(n)
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

// LIME's settings where nobody gives others.
const (
	limeSamples = 5000
	limeWidth   = 25
	limeRidge   = 1
)

// limeMass returns how much the coalitions of each size weigh together in LIME's
// fit, on average over its samples: of n players it takes away between one and
// all, each number being equally likely, and weighs what is left by the cosine kernel.
func limeMass(n int) []float64 {
	mass := make([]float64, n+1)
	for size := range n {
		distance := 100 * (1 - math.Sqrt(float64(size)/float64(n)))
		mass[size] = (limeSamples - 1) / float64(n) * math.Exp(-distance*distance/(2*limeWidth*limeWidth))
	}
	mass[n] = 1
	return mass
}

// exact values all coalitions.
func (e Bayes) exact(ctx context.Context, g explain.Game, summaries []process.Summary) (*explain.Explanation, error) {
	n, k := g.Players(), g.Outputs()
	sum := &summer{n: n, k: k, weights: make([][]float64, 3)}
	for _, s := range summaries {
		for present := range n + 1 {
			for common := range s.Size + 1 {
				weight := 0.0
				if common <= present && present-common <= n-s.Size {
					weight = s.Weight(present, common)
				}
				sum.weights[s.Size] = append(sum.weights[s.Size], weight)
			}
		}
		for set := range process.Subsets(n, s.Size) {
			bits := uint32(0)
			for _, p := range set {
				bits |= 1 << p
			}
			sum.sets = append(sum.sets, bits)
		}
	}
	sum.scores = make([]float64, len(sum.sets)*k)
	empty, full, err := sum.all(ctx, g)
	if err != nil {
		return nil, fmt.Errorf("shap: bayes: %w", err)
	}
	x := explain.NewExplanation(g, e.index())
	x.Baseline, x.Full, x.Evaluations = empty, full, coalitions(n)
	x.Estimator = explain.Provenance{Name: "bayes", Budget: coalitions(n), Seed: e.Seed}
	e.present(x, summaries, sum.scores, make([]float64, len(sum.scores)))
	return x, nil
}

// present adds the terms to an explanation; scores and errors are terms × outputs,
// in the order of the summaries. LIME's last one is the surrogate's intercept.
func (e Bayes) present(x *explain.Explanation, summaries []process.Summary, scores, errs []float64) {
	k := len(x.Full)
	for _, s := range summaries {
		x.Order = max(x.Order, s.Size)
		for set := range process.Subsets(len(x.Players), s.Size) {
			x.Terms = append(x.Terms, explain.Term{Players: append([]int{}, set...), Score: scores[:k:k], Err: errs[:k:k]})
			scores, errs = scores[k:], errs[k:]
		}
	}
	if e.index() != explain.LIME {
		return
	}
	last := len(x.Terms) - 1
	x.Surrogate = &explain.Surrogate{Intercept: x.Terms[last].Score, Prediction: slices.Clone(x.Terms[last].Score), R2: unknown(k)}
	x.Terms = x.Terms[:last]
	for _, t := range x.Terms {
		for o, score := range t.Score {
			x.Surrogate.Prediction[o] += score
		}
	}
}
