package surrogate

import (
	"math"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/floats"
)

// StdErr returns the standard errors of the coefficients, players × outputs,
// under repeated drawing of the coalitions: the square roots of the diagonal of
// the heteroscedasticity-consistent sandwich A (Σ w²e²x̃x̃ᵀ) A with
// A = (Gram + penalty)⁻¹, x̃ the centered coalition and e its residual over one
// minus its leverage (MacKinnon & White 1985, HC3). The sum runs over draws:
// draws tells how often each row was drawn at random, zero for a row that was
// not left to chance; weights are those of a single draw. Errors are NaN where one
// draw alone determines the fit.
//
// The errors hold for a fixed choice of players; they know nothing of the chance
// by which a selection from the same values came about.
func (r *Ridge) StdErr(rows *explain.Coalitions, weights, draws, values []float64) []float64 {
	n := r.normal
	p, k := n.Players, n.Outputs
	coef, intercept := make([][]float64, k), make([]float64, k)
	for o := range k {
		coef[o] = r.Coefficients(o)
		intercept[o] = n.Intercept(o, coef[o])
	}
	variance := make([]float64, k*p)
	inverse := r.inverse()
	influence := newInfluence(inverse, n.Mean)
	for i, c := range rows.All() {
		if draws[i] == 0 {
			continue
		}
		u, norm := influence.of(c)
		// One minus the leverage: that of the intercept is 1/Σw, that of the slopes
		// x̃ᵀAx̃.
		free := 1 - weights[i]*(1/n.Weight+norm)
		// NaN goes on into every sum, as it should.
		if free < 1e-9 {
			free = math.NaN()
		}
		scale := weights[i] / free
		for o := range k {
			e := values[i*k+o] - intercept[o]
			for j := range c.Players() {
				e -= coef[o][j]
			}
			v := variance[o*p : (o+1)*p]
			f := draws[i] * e * e * scale * scale
			for j, d := range u {
				v[j] += f * d * d
			}
		}
	}
	se := make([]float64, p*k)
	for o := range k {
		for j := range p {
			se[j*k+o] = math.Sqrt(variance[o*p+j])
		}
	}
	return se
}

// influence computes how far a coalition pulls the coefficients.
type influence struct {
	inverse, mean []float64
	offset        []float64 // inverse·mean
	u             []float64
}

// newInfluence computes inverse·mean once, which every coalition takes off.
func newInfluence(inverse, mean []float64) *influence {
	p := len(mean)
	f := &influence{inverse: inverse, mean: mean, offset: make([]float64, p), u: make([]float64, p)}
	for j, m := range mean {
		floats.AddScaled(f.offset, m, inverse[j*p:(j+1)*p])
	}
	return f
}

// of returns u = inverse·(c − mean), valid until the next call, and its inner
// product with c − mean.
func (f *influence) of(c explain.Coalition) (u []float64, norm float64) {
	p := len(f.mean)
	for j, o := range f.offset {
		f.u[j] = -o
	}
	for j := range c.Players() {
		floats.Add(f.u, f.inverse[j*p:(j+1)*p])
	}
	for j := range c.Players() {
		norm += f.u[j]
	}
	return f.u, norm - floats.Dot(f.mean, f.u)
}
