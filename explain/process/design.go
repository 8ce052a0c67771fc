package process

import (
	"math"

	"github.com/whence-xai/whence/explain"
)

// A field is what a half knows of the candidates of a design: how they vary with
// one another and with the terms asked for, given the pairs known or chosen.
type field struct {
	half       *half
	candidates *explain.Coalitions
	columns    [][]float64 // L⁻¹K: pairs known or chosen × candidates; grows
	terms      [][]float64 // covariances with the terms: candidates × terms
	variance   []float64   // of a candidate's value, white noise included
	gain       []float64   // by how much valuing a candidate lowers the terms' summed variance
}

// newField conditions candidates on the pairs known.
func newField(h *half, known, candidates *explain.Coalitions) *field {
	f := &field{half: h, candidates: candidates, terms: h.aim.table(candidates),
		variance: make([]float64, candidates.Len()), gain: make([]float64, candidates.Len())}
	f.columns = table(known.Len(), candidates.Len())
	for i, x := range known.All() {
		f.covariances(f.columns[i], x)
	}
	h.factor.solve(f.columns)
	for j, x := range candidates.All() {
		f.variance[j] = h.prior.covariance(x, x) + h.prior.scale[white]
	}
	for i := range f.columns {
		f.condition(f.columns[i], h.aimed[i])
	}
	return f
}

// covariances writes the covariances of x's value with those of all candidates to
// dst.
func (f *field) covariances(dst []float64, x explain.Coalition) {
	for j, y := range f.candidates.All() {
		dst[j] = f.half.prior.covariance(x, y)
	}
}

// condition conditions all candidates on a pair that has the row of L⁻¹K and the
// row of L⁻¹ times the covariances with the terms.
func (f *field) condition(row, aimed []float64) {
	for j, r := range row {
		f.variance[j] -= r * r
		terms, sum := f.terms[j], 0.0
		for i, a := range aimed {
			cov := terms[i] - r*a
			terms[i] = cov
			sum += cov * cov
		}
		// Valuing a candidate takes cov²/variance off the variance of each term,
		// whatever the value is.
		f.gain[j] = f.half.unit * sum / math.Max(f.variance[j], math.SmallestNonzeroFloat64)
	}
}

// choose conditions all candidates on one of them.
// choose is a step of the Cholesky factorization, with the candidate as the next
// row: it costs pairs × candidates, where conditioning anew would cost pairs² ×
// candidates.
func (f *field) choose(candidate int) {
	h, left := f.half, f.variance[candidate]
	h.factor = h.factor.grow(f.columns, candidate, left)
	row := make([]float64, f.candidates.Len())
	f.covariances(row, f.candidates.At(candidate))
	for _, column := range f.columns {
		subtract(row, column[candidate], column)
	}
	scale := 1 / math.Sqrt(left)
	aimed := make([]float64, len(f.terms[candidate]))
	for i, cov := range f.terms[candidate] {
		aimed[i] = cov * scale
	}
	for j := range row {
		row[j] *= scale
	}
	h.aimed = append(h.aimed, aimed)
	f.columns = append(f.columns, row)
	f.condition(row, aimed)
}
