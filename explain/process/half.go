package process

import (
	"math"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/blas/blas64"
)

// inflation returns by how much the variances of interactions are raised. They depend
// on the relevances of several players, which are taken as known and are not: of
// few pairs little is known, and without it nine in ten 95 % intervals hold on
// stored games.
func inflation(pairs, players int) float64 {
	const most, half = 0.9, 20 // of pairs a player
	return 1 + most*half/(half+float64(pairs)/float64(players))
}

// A half is the odd or the even half of the process.
type half struct {
	odd    bool
	asked  bool // whether any term depends on it; its values always have a say in the relevances
	prior  *prior
	values []float64 // pairs × outputs

	aim    *crossCovariance // the terms that the design looks at, at the present prior
	factor factor           // of all pairs known or chosen; nil where out of date
	aimed  [][]float64      // L⁻¹ times the covariances of those pairs with the aims
	field  *field           // what is known of the candidates of the design; nil where out of date
	unit   float64          // by how much the values' variance exceeds the prior's, summed over outputs
}

// learn appends the values of a pair, of which own is the coalition with player 0.
func (h *half) learn(own, other []float64) {
	for o, v := range own {
		if h.odd {
			h.values = append(h.values, (v-other[o])/2)
		} else {
			h.values = append(h.values, (v+other[o])/2)
		}
	}
}

// centered returns the first rows of the values less their means, and the
// means. Those of the odd half are taken as zero, since it has no constant.
func (h *half) centered(rows, outputs int) (values [][]float64, means []float64) {
	values, means = table(rows, outputs), make([]float64, outputs)
	for i, v := range h.values[:rows*outputs] {
		values[i/outputs][i%outputs] = v
		if !h.odd {
			means[i%outputs] += v / float64(rows)
		}
	}
	for _, row := range values {
		for o := range row {
			row[o] -= means[o]
		}
	}
	return values, means
}

// evidence returns the evidence of the first pairs, or nil where their values
// are all zero. It looks at no more than maxOutputs outputs.
func (h *half) evidence(pairs *explain.Coalitions, outputs int) *evidence {
	const maxOutputs = 8
	n := pairs.Len()
	values, _ := h.centered(n, outputs)
	t := blas64.General{Cols: n, Stride: n}
	for o := 0; o < outputs && t.Rows < maxOutputs; o++ {
		column := make([]float64, n)
		for i := range column {
			column[i] = values[i][o]
		}
		if largest(column) > 0 {
			t.Data = append(t.Data, column...)
			t.Rows++
		}
	}
	if t.Rows == 0 {
		return nil
	}
	return &evidence{prior: newPrior(pairs.Players(), h.odd, h.prior.weights), pairs: pairs, values: t, gram: make([]float64, n*n)}
}

// set changes the weights.
func (h *half) set(w weights) {
	h.prior.set(w)
	h.factor, h.aimed, h.field = nil, nil, nil
	if h.asked {
		h.aim = newCrossCovariance(h.prior, h.aim.summaries, h.aim.terms)
	}
}

// update makes the factor of the pairs known, where it is out of date.
func (h *half) update(known *explain.Coalitions, outputs int) {
	if len(h.factor) == known.Len() {
		return
	}
	h.field = nil
	h.factor = newFactor(h.prior, known)
	h.aimed = h.aim.table(known)
	h.factor.solve(h.aimed)
	h.unit = 0
	for _, s := range h.excess(h.whitened(outputs)) {
		h.unit += s
	}
	if h.unit == 0 {
		h.unit = 1
	}
}

// whitened returns L⁻¹ times the centered values.
func (h *half) whitened(outputs int) [][]float64 {
	z, _ := h.centered(len(h.values)/outputs, outputs)
	h.factor.solve(z)
	return z
}

// excess returns by how much each output's variance exceeds the prior's. White
// values are what each pair told beyond those before it, in units of the prior.
// The first ones tell of the players themselves, of which the prior knows least
// and the terms need to know nothing more; so those after them count double.
func (h *half) excess(whitened [][]float64) []float64 {
	if len(whitened) == 0 {
		return nil
	}
	excess, late := make([]float64, len(whitened[0])), make([]float64, len(whitened[0]))
	first := h.prior.players + 1
	for i, row := range whitened {
		for o, z := range row {
			excess[o] += z * z / float64(len(whitened))
			if i >= first {
				late[o] += z * z / float64(len(whitened)-first)
			}
		}
	}
	// With few late ones their mean square says little.
	if len(whitened) < 3*first/2 {
		return excess
	}
	for o := range excess {
		excess[o] = (excess[o] + late[o]) / 2
	}
	return excess
}

// estimate adds the posterior means and variances of all terms, terms × outputs.
func (h *half) estimate(pairs *explain.Coalitions, all []term, means, variances []float64, outputs int) {
	const batch = 512
	_, center := h.centered(pairs.Len(), outputs)
	z := h.whitened(outputs)
	excess := h.excess(z)
	// In batches, since covariances are terms × pairs, and pairs of players are
	// many.
	for lo := 0; lo < len(all); lo += batch {
		l := newCrossCovariance(h.prior, h.aim.summaries, all[lo:min(lo+batch, len(all))])
		left := make([]float64, len(l.terms))
		l.variances(left)
		cov := l.table(pairs)
		h.factor.solve(cov)
		for i, row := range cov {
			for j, w := range row {
				// Posterior variance: prior variance − |L⁻¹k|²; and the mean
				// (L⁻¹k)ᵀ(L⁻¹y).
				left[j] -= w * w
				for o, v := range z[i] {
					means[(lo+j)*outputs+o] += w * v
				}
			}
		}
		for j, t := range l.terms {
			if len(t.players) > 1 {
				left[j] *= inflation(pairs.Len(), pairs.Players())
			}
			for o := range outputs {
				means[(lo+j)*outputs+o] += l.constant(j) * center[o]
				variances[(lo+j)*outputs+o] += math.Max(left[j], 0) * excess[o]
			}
		}
	}
}
