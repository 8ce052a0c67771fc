package shap

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/bits"

	"github.com/whence-xai/whence/explain"
)

// MaxExact is the largest number of players of which [Exact] values all coalitions.
const MaxExact = 24

// maxWeights is the largest number of terms times coalitions that Exact adds up: minutes of work.
const maxWeights = 1 << 36

// Exact values all coalitions, in batches, and computes an index by its
// definition. Memory does not grow with the number of coalitions. Errors are zero.
//
// SV, BV, WBV and PV are attributions. SII, k-SII, STII, FSII, BII, FBII,
// Moebius and Fourier have terms for all sets of up to Order players; those of
// k-SII, STII, FSII and FBII depend on Order. The Fourier coefficient of S is
// the mean over all coalitions X of (−1)^|X∩S| v(X). Fourier and FBII have a
// constant other than v(∅): a term without players, which comes last. OV are
// the Owen values on the game's tree.
type Exact struct {
	Index    explain.Index // zero for SV
	Order    int           // of interactions; zero for 2
	Presence float64       // of WBV: the probability that another player is there; zero for ½
	Sizes    []float64     // of PV: element s is the probability that s of the other players are there, all such sets being equally likely
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (Exact) Evaluations(players int) int { return coalitions(players) }

// Estimate values all coalitions of g and returns the index. It refuses games
// of more than [MaxExact] players with a [explain.BudgetError].
func (e Exact) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	n := g.Players()
	if e.Index == explain.OV {
		return exactOwen(ctx, g)
	}
	d, err := e.definition(n)
	if err != nil {
		return nil, fmt.Errorf("shap: exact: %w", err)
	}
	if n > MaxExact {
		return nil, fmt.Errorf("shap: exact: %d players are more than %d: %w", n, MaxExact,
			&explain.BudgetError{Need: coalitions(n), Have: coalitions(MaxExact)})
	}
	sets := subsets(n, d.order)
	if d.hasEmptyTerm() {
		sets = append(sets, 0)
	}
	// In float64, since the product may overflow.
	if float64(len(sets))*float64(coalitions(n)) > maxWeights {
		return nil, fmt.Errorf("shap: exact: %d terms of %d players are too many; lower the order", len(sets), n)
	}
	sum := newTermSums(d, sets, g.Outputs())
	empty, full, err := sum.all(ctx, g)
	if err != nil {
		return nil, fmt.Errorf("shap: exact: %w", err)
	}
	x := explain.NewExplanation(g, d.index)
	x.Order, x.Baseline, x.Full, x.Evaluations = d.order, empty, full, coalitions(n)
	x.Estimator = explain.Provenance{Name: "exact", Budget: coalitions(n)}
	k := g.Outputs()
	for i, set := range sets {
		x.Terms = append(x.Terms, explain.Term{Players: members(set), Score: sum.scores[i*k : (i+1)*k : (i+1)*k], Err: make([]float64, k)})
	}
	return x, nil
}

// definition checks the fields and returns the index for n players.
func (e Exact) definition(n int) (definition, error) {
	d := definition{index: e.Index, n: n, order: e.Order, presence: big.NewRat(1, 2)}
	if d.index == 0 {
		d.index = explain.SV
	}
	switch d.index {
	case explain.SV, explain.BV, explain.WBV, explain.PV:
		if e.Order > 1 {
			return d, fmt.Errorf("index %v is of order 1, not %d", d.index, e.Order)
		}
		d.order = 1
	case explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII, explain.Moebius, explain.Fourier:
		if d.order == 0 {
			d.order = 2
		}
	default:
		return d, fmt.Errorf("index %v is none of a game alone", d.index)
	}
	if d.order < 0 {
		return d, fmt.Errorf("order %d is negative", d.order)
	}
	d.order = max(1, min(d.order, n))
	if e.Presence != 0 {
		if !(e.Presence > 0 && e.Presence < 1) {
			return d, fmt.Errorf("the presence of %v is no probability between 0 and 1", e.Presence)
		}
		d.presence.SetFloat64(e.Presence)
	}
	if d.index == explain.PV {
		return d, d.setSizes(e.Sizes)
	}
	return d, nil
}

// setSizes takes the probabilities over as rational numbers, exactly as the floats
// have them.
func (d *definition) setSizes(sizes []float64) error {
	if len(sizes) != d.n {
		return fmt.Errorf("index PV of %d players needs as many probabilities of sizes, has %d", d.n, len(sizes))
	}
	sum := 0.0
	for _, p := range sizes {
		if !(p >= 0) || math.IsInf(p, 1) {
			return fmt.Errorf("the probability %v of a size is none", p)
		}
		sum += p
		d.sizes = append(d.sizes, new(big.Rat).SetFloat64(p))
	}
	if d.n > 0 && math.Abs(sum-1) > 1e-9 {
		return fmt.Errorf("the probabilities of sizes add up to %v, not 1", sum)
	}
	return nil
}

// A termSums adds up weighted values of coalitions to the terms of an index.
type termSums struct {
	sets    []uint32
	weights [][]float64 // by size of the set: (n+1) × (size+1), by size of the coalition and of what they share
	n, k    int
	scores  []float64 // sets × outputs
}

// newTermSums computes the weights of the definition once: they depend on sizes only, so
// that a table of (n+1) × (size+1) numbers serves all 2ⁿ coalitions.
func newTermSums(d definition, sets []uint32, outputs int) *termSums {
	s := &termSums{sets: sets, n: d.n, k: outputs, scores: make([]float64, len(sets)*outputs), weights: make([][]float64, d.order+1)}
	for size := range s.weights {
		if size == 0 && !d.hasEmptyTerm() {
			continue
		}
		for _, row := range d.weights(size) {
			s.weights[size] = append(s.weights[size], row...)
		}
	}
	return s
}

// maxAtOnce is about how many values are held at a time, 32 MB of them.
const maxAtOnce = 1 << 22

// all values every coalition and returns v(∅) and v(N).
func (s *termSums) all(ctx context.Context, g explain.Game) (empty, full []float64, err error) {
	g = explain.Check(g)
	count := coalitions(s.n)
	rows := max(1, min(count, explain.MaxBatch, maxAtOnce/max(1, s.k)))
	batch := explain.NewCoalitions(s.n, rows)
	values := make([]float64, rows*s.k)
	c := explain.NewCoalition(s.n)
	for lo := 0; lo < count; lo += rows {
		hi := min(lo+rows, count)
		batch.Reset()
		for bits := lo; bits < hi; bits++ {
			if s.n > 0 {
				c[0] = uint64(bits)
			}
			batch.Append(c)
		}
		part := values[:(hi-lo)*s.k]
		if err := g.Value(ctx, part, batch); err != nil {
			return nil, nil, err
		}
		if lo == 0 {
			empty = append([]float64{}, part[:s.k]...)
		}
		s.add(uint32(lo), part)
		// Coalitions come in the order of their bits: ∅ first, N last.
		full = append(full[:0], part[len(part)-s.k:]...)
	}
	return empty, full, nil
}

// add adds the values of consecutive coalitions from first on.
func (s *termSums) add(first uint32, values []float64) {
	count := uint32(len(values) / s.k)
	part := make([]float64, s.k) // a sum a batch: rounding does not grow with the number of coalitions
	for i, set := range s.sets {
		size := bits.OnesCount32(set)
		weights := s.weights[size]
		clear(part)
		for row := range count {
			c := first + row
			w := weights[bits.OnesCount32(c)*(size+1)+bits.OnesCount32(c&set)]
			for o := range part {
				part[o] += w * values[int(row)*s.k+o]
			}
		}
		for o, p := range part {
			s.scores[i*s.k+o] += p
		}
	}
}

// subsets returns the sets of one to order of n players, a bit a player: by
// size, and those of a size in the order of their players.
func subsets(n, order int) []uint32 {
	var sets []uint32
	var grow func(set uint32, from, left int)
	grow = func(set uint32, from, left int) {
		if left == 0 {
			sets = append(sets, set)
			return
		}
		for p := from; p <= n-left; p++ {
			grow(set|1<<p, p+1, left-1)
		}
	}
	for size := 1; size <= min(order, n); size++ {
		grow(0, 0, size)
	}
	return sets
}

func members(set uint32) []int {
	players := make([]int, 0, bits.OnesCount32(set))
	for ; set != 0; set &= set - 1 {
		players = append(players, bits.TrailingZeros32(set))
	}
	return players
}
