package process

import (
	"math"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// A factor is the lower Cholesky factor L of the covariances of some pairs'
// values, white noise included: row i has i+1 elements.
type factor [][]float64

// newFactor factorizes the covariances of all pairs.
func newFactor(p *prior, pairs *explain.Coalitions) factor {
	n := pairs.Len()
	if n == 0 {
		return nil
	}
	for lift := 0.0; ; lift = max(1e-12, 10*lift) { // more than once only where rounding made it singular
		data := make([]float64, n*n)
		for i, x := range pairs.All() {
			row := data[i*n : i*n+i+1]
			for j := range row {
				row[j] = p.covariance(x, pairs.At(j))
			}
			row[i] = (row[i] + p.scale[white]) * (1 + lift)
		}
		if _, ok := lapack64.Potrf(blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: data}); !ok {
			continue
		}
		f := make(factor, n)
		for i := range f {
			f[i] = data[i*n : i*n+i+1]
		}
		return f
	}
}

// solve replaces b, rows of equal length, by L⁻¹b. It goes by strips of columns
// that fit the cache.
func (f factor) solve(b [][]float64) {
	const strip = 256
	if len(b) == 0 {
		return
	}
	for lo := 0; lo < len(b[0]); lo += strip {
		hi := min(lo+strip, len(b[0]))
		for i, row := range f {
			own := b[i][lo:hi]
			for k, l := range row[:i] {
				subtract(own, l, b[k][lo:hi])
			}
			for j := range own {
				own[j] /= row[i]
			}
		}
	}
}

// grow returns the factor with one more row: a candidate's column of L⁻¹K, and
// the root of what is left of its variance.
func (f factor) grow(column [][]float64, candidate int, variance float64) factor {
	row := make([]float64, len(f)+1)
	for i := range f {
		row[i] = column[i][candidate]
	}
	row[len(f)] = math.Sqrt(variance)
	return append(f, row)
}

// subtract takes a·x off y.
func subtract(y []float64, a float64, x []float64) {
	blas64.Axpy(-a, blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(y), Inc: 1, Data: y})
}

// table returns rows of zeros, in one piece.
func table(rows, columns int) [][]float64 {
	data, t := make([]float64, rows*columns), make([][]float64, rows)
	for i := range t {
		t[i] = data[i*columns : (i+1)*columns : (i+1)*columns]
	}
	return t
}
