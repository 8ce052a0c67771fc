package shap

import (
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// regress returns the Shapley values as the coefficients of the additive game
// that is closest to the game by Kernel SHAP's weights. Their sum is known.
// The constraint that they add up stands for the infinite weights that the kernel
// gives ∅ and N (Covert & Lee 2021).
func regress(d *drawing) (*explain.Explanation, error) {
	targets := d.targets()
	weights, chance := d.weights(kernelMass)
	moments := surrogate.NewMoments(d.n, d.k)
	if err := moments.Add(d.rows, weights, targets); err != nil {
		return nil, err
	}
	fit, err := moments.Constrained(d.total)
	if err != nil {
		return nil, fmt.Errorf("shap: %s: %w", d.name, err)
	}
	scores := make([]float64, d.n*d.k)
	for o := range d.k {
		for p, score := range fit.Coefficients(o) {
			scores[p*d.k+o] = score
		}
	}
	deviations := fit.Deviations(d.rows, 1, weights, targets)
	x := d.attribute(explain.SV, scores, fit.StdErr(d.rows, 1, weights, chance, deviations))
	x.Quality = d.quality(deviations)
	return x, nil
}

// weights returns the regression weight of every row, where the coalitions of a
// size weigh mass together, and the share of that which was left to chance.
func (d *drawing) weights(mass rate) (weights, chance []float64) {
	weights, chance = make([]float64, len(d.class)), make([]float64, len(d.class))
	expected := d.pairs.expected()
	for i, at := range d.class {
		c := d.pairs.classes[at]
		// Divided by the number expected rather than drawn: the numbers of a seed
		// are chance, by which a ratio would be biased.
		weights[i] = mass(d.n, c.size) / expected[at]
		if 2*c.size == d.n { // as many coalitions make half as many pairs
			weights[i] /= 2
		}
		chance[i] = 1 - float64(c.drawn)/c.count
	}
	return weights, chance
}

// halfway returns the geometric means of the residuals of a fit and the
// deviations of rows from the fit without them: the correction HC2 for leverage,
// which is the right one where rows vary alike (MacKinnon & White 1985). It fits
// regressions with many coefficients better than HC3, which is on the safe side.
func halfway(residuals, deviations []float64) []float64 {
	for i, d := range deviations {
		residuals[i] = math.Copysign(math.Sqrt(math.Abs(d*residuals[i])), d)
	}
	return residuals
}

// quality judges the fit on pairs that are left out of it in turn. A pair's
// deviation is that of its difference; how far the pair's sum is from
// v(∅) + v(N) no additive game can tell, so that is added.
func (d *drawing) quality(deviations []float64) *explain.Quality {
	q := &explain.Quality{R2: make([]float64, d.k), HeldOut: true}
	for o := range d.k {
		var sum, rest, square float64
		q.Coalitions = 0
		for i := range d.rows.Len() {
			a, b := d.both(i, o)
			a, b = a-d.empty[o], b-d.empty[o]
			even, odd := (a+b-d.total[o])/2, deviations[i*d.k+o]
			if math.IsNaN(odd) {
				continue // without this pair the fit is not determined
			}
			rest += 2 * (even*even + odd*odd) // (even + odd)² + (even − odd)²
			sum += a + b
			square += a*a + b*b
			q.Coalitions += 2
		}
		if q.Coalitions == 0 {
			return nil
		}
		spread := square - sum*sum/float64(q.Coalitions)
		q.R2[o] = 1 - rest/spread
		if !(spread > 0) {
			q.R2[o] = math.NaN()
		}
	}
	return q
}
