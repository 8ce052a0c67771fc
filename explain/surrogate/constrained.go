package surrogate

import (
	"errors"
	"math"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// A Constrained is a weighted least-squares fit without intercept whose
// coefficients add up to a given total: for each output the minimum of
// Σw(y − xᵀβ)² subject to Σβ = total. It is the regression behind Kernel SHAP
// (Lundberg & Lee 2017), with the efficiency condition kept exactly.
type Constrained struct {
	players, outputs int
	coef             [][]float64   // outputs × players
	inverse          *mat.SymDense // pseudoinverse of Σw x̃x̃ᵀ, x̃ = x − |x|/players
	singular         bool
}

// Constrained solves the fit; total has an entry an output. Where the coalitions
// do not tell the players apart, the coefficients of least norm are taken and
// their standard errors are unknown. It fails where a value or weight is not finite.
// With β = total/n · 1 + δ, where δ adds up to zero, the constraint is gone: δ
// solves the normal equations projected on vectors of sum zero, P(Σwxxᵀ)P δ =
// P(Σwxy − total/n Σw|x|x).
func (m *Moments) Constrained(total []float64) (*Constrained, error) {
	n := m.players
	c := &Constrained{players: n, outputs: m.outputs, coef: make([][]float64, m.outputs)}
	if n == 0 {
		return c, nil
	}
	full := make([]float64, n*n)
	for i := range n {
		for j := i; j < n; j++ {
			full[i*n+j], full[j*n+i] = m.gram[i*n+j], m.gram[i*n+j]
		}
	}
	sizes := make([]float64, n) // Σw|x|x
	for i := range n {
		sizes[i] = floats.Sum(full[i*n : (i+1)*n])
	}
	gram := append([]float64{}, full...)
	center(gram, n)
	if floats.HasNaN(gram) || math.IsInf(floats.Sum(gram), 0) {
		return nil, errors.New("surrogate: a weight is not a finite number")
	}
	if err := c.invert(gram); err != nil {
		return nil, err
	}
	for k := range m.outputs {
		share := total[k] / float64(n)
		rhs := make([]float64, n)
		for i := range n {
			rhs[i] = m.cross[k*n+i] - share*sizes[i]
			// The sums are of values less the shift, and this fit, which has no
			// intercept, needs them whole.
			if m.shift != nil {
				rhs[i] += m.shift[k] * full[i*n+i]
			}
		}
		c.coef[k] = c.solve(rhs, share)
		if floats.HasNaN(c.coef[k]) {
			return nil, errors.New("surrogate: a value is not a finite number")
		}
	}
	return c, nil
}

// center replaces the n × n matrix G by PGP, P taking the mean out of a vector.
func center(g []float64, n int) {
	for i := range n {
		row := g[i*n : (i+1)*n]
		floats.AddConst(-floats.Sum(row)/float64(n), row)
	}
	mean := make([]float64, n)
	for i := range n {
		floats.AddScaled(mean, 1/float64(n), g[i*n:(i+1)*n])
	}
	for i := range n {
		floats.Sub(g[i*n:(i+1)*n], mean)
	}
}

// solve returns share plus the centered solution of the normal equations.
func (c *Constrained) solve(rhs []float64, share float64) []float64 {
	n := c.players
	floats.AddConst(-floats.Sum(rhs)/float64(n), rhs)
	coef := mat.NewVecDense(n, nil)
	coef.MulVec(c.inverse, mat.NewVecDense(n, rhs))
	beta := coef.RawVector().Data
	floats.AddConst(share-floats.Sum(beta)/float64(n), beta)
	return beta
}

// condition is the condition number of the normal equations beyond which the
// players count as indistinguishable.
const condition = 1e11

// invert sets the pseudoinverse of the centered Gram matrix, which takes the
// vector of ones to zero.
func (c *Constrained) invert(gram []float64) error {
	n := c.players
	scale := 0.0
	for i := range n {
		scale += gram[i*n+i] / float64(n)
	}
	if scale > 0 { // the vector of ones gets the mean eigenvalue, and leaves again below
		regular := mat.NewSymDense(n, append([]float64{}, gram...))
		for i := range n {
			for j := i; j < n; j++ {
				regular.SetSym(i, j, gram[i*n+j]+scale/float64(n))
			}
		}
		var factor mat.Cholesky
		// The usual case; eigenvalues take far longer.
		if factor.Factorize(regular) && factor.Cond() < condition {
			c.inverse = mat.NewSymDense(n, nil)
			if err := factor.InverseTo(c.inverse); err != nil {
				return err
			}
			for i := range n {
				for j := i; j < n; j++ {
					c.inverse.SetSym(i, j, c.inverse.At(i, j)-1/(scale*float64(n)))
				}
			}
			return nil
		}
	}
	c.singular = n > 1
	return c.pseudoinvert(mat.NewSymDense(n, gram))
}

// pseudoinvert leaves out the directions in which the coalitions say nothing: with
// them the coefficients of least norm have no part.
func (c *Constrained) pseudoinvert(gram *mat.SymDense) error {
	n := c.players
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return errors.New("surrogate: the eigenvalues of the normal equations do not converge")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	values := eigen.Values(nil)
	c.inverse = mat.NewSymDense(n, nil)
	for e, value := range values {
		if value > values[n-1]/condition {
			c.inverse.SymRankOne(c.inverse, 1/value, vectors.ColView(e))
		}
	}
	return nil
}

// Coefficients returns the coefficients of an output, one for every player.
func (c *Constrained) Coefficients(output int) []float64 { return c.coef[output] }

// Residuals returns how far the fit is from the value of every row, rows × outputs.
func (c *Constrained) Residuals(rows *explain.Coalitions, values []float64) []float64 {
	residuals := append([]float64{}, values...)
	for i, row := range rows.All() {
		for p := range row.Players() {
			for k, coef := range c.coef {
				residuals[i*c.outputs+k] -= coef[p]
			}
		}
	}
	return residuals
}

// Deviations returns how far the fit would be from the value of every row if the
// row, and the group it was drawn with, were left out of the fit, rows × outputs.
// Groups are so many consecutive rows. It is NaN where a group alone determines
// a coefficient.
func (c *Constrained) Deviations(rows *explain.Coalitions, group int, weights, values []float64) []float64 {
	deviations := c.Residuals(rows, values)
	c.pulls(rows, group, func(first int, pulls []float64) {
		free := mat.NewDense(group, group, nil) // one minus the rows' leverage on each other
		for r := range group {
			free.Set(r, r, 1)
			for s := range group {
				for p := range rows.At(first + r).Players() {
					free.Set(r, s, free.At(r, s)-weights[first+s]*pulls[s*c.players+p])
				}
			}
		}
		part := mat.NewDense(group, c.outputs, deviations[first*c.outputs:(first+group)*c.outputs])
		// Left out, a group has the residuals (I − H)⁻¹e, H being its part of the
		// hat matrix: no second fit is needed.
		if math.Abs(mat.Det(free)) < 1e-9 || part.Solve(free, mat.DenseCopyOf(part)) != nil {
			part.Apply(func(int, int, float64) float64 { return math.NaN() }, part)
		}
	})
	return deviations
}

// StdErr returns the standard errors of the coefficients, players × outputs, for
// errors of the rows' values: the roots of the diagonal of A (Σ chance·uuᵀ) A,
// where u is the sum of weight·error·x̃ over a group of rows that were drawn
// together, and A the pseudoinverse of the centered Gram matrix. With Deviations
// for errors it is the sandwich HC3 (MacKinnon & White 1985). The chance of a row,
// like that of its group, is one where it was one of very many that could have
// been drawn, zero where it was certain to be there, and one minus the share
// drawn where rows were drawn without replacement.
func (c *Constrained) StdErr(rows *explain.Coalitions, group int, weights, chance, errs []float64) []float64 {
	n := c.players
	se := make([]float64, n*c.outputs)
	push := make([]float64, n)
	c.pulls(rows, group, func(first int, pulls []float64) {
		if chance[first] == 0 {
			return
		}
		for k := range c.outputs {
			clear(push)
			for r := range group {
				floats.AddScaled(push, weights[first+r]*errs[(first+r)*c.outputs+k], pulls[r*n:(r+1)*n])
			}
			for j, u := range push {
				se[j*c.outputs+k] += chance[first] * u * u
			}
		}
	})
	for i, v := range se {
		se[i] = math.Sqrt(v)
		if c.singular {
			se[i] = math.NaN()
		}
	}
	return se
}

// pulls calls f with every group of rows and their pulls A·x̃ on the
// coefficients, group × players, which are valid until f returns.
func (c *Constrained) pulls(rows *explain.Coalitions, group int, f func(first int, pulls []float64)) {
	n := c.players
	if n == 0 {
		return
	}
	raw := c.inverse.RawSymmetric()
	full := make([]float64, n*n)
	for i := range n {
		for j := i; j < n; j++ {
			full[i*n+j], full[j*n+i] = raw.Data[i*raw.Stride+j], raw.Data[i*raw.Stride+j]
		}
	}
	pulls := make([]float64, group*n)
	for first := 0; first+group <= rows.Len(); first += group {
		clear(pulls)
		for r := range group {
			for p := range rows.At(first + r).Players() {
				floats.Add(pulls[r*n:(r+1)*n], full[p*n:(p+1)*n]) // A takes the mean out: A·x̃ = A·x
			}
		}
		f(first, pulls)
	}
}
