package process

import (
	"math"
	"math/bits"
	"slices"

	"github.com/whence-xai/whence/explain"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// An evidence is what some pairs' values say of a half's weights: minus the
// logarithm of their marginal likelihood. The scale of each output is set to its
// most likely value; the logarithms are averaged over outputs, so that many like
// outputs do not make the weights seem more certain than one does.
type evidence struct {
	prior  *prior // of the weights last looked at
	pairs  *explain.Coalitions
	values blas64.General // outputs that vary × pairs
	gram   []float64      // pairs × pairs, upper triangle: covariances, their factor, their inverse
}

// at returns the evidence of weights, and its gradient by the logarithms of
// relevances and scales.
func (v *evidence) at(w weights) (value float64, byRelevance []float64, byScale [scales]float64) {
	v.prior.set(w)
	gram := v.fillGram()
	n, outputs := v.pairs.Len(), float64(v.values.Rows)
	factor, ok := lapack64.Potrf(gram)
	// Not positive definite by rounding: such weights are out of bounds for the
	// line search.
	if !ok {
		return math.Inf(1), nil, byScale
	}
	for i := range n {
		value += math.Log(factor.Data[i*factor.Stride+i]) // half of the determinant's
	}
	solved := slices.Clone(v.values.Data)
	for o := range v.values.Rows {
		lapack64.Potrs(factor, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: solved[o*n : (o+1)*n]})
	}
	lapack64.Potri(factor)
	for o := range v.values.Rows {
		column := solved[o*n : (o+1)*n]
		square := dot(column, v.values.Data[o*n:(o+1)*n])
		value += float64(n) / 2 / outputs * math.Log(square/float64(n))
		// d/dK of ½ log|K| + n/2 log(yᵀK⁻¹y) is ½(K⁻¹ − n/(yᵀK⁻¹y) K⁻¹yyᵀK⁻¹), the
		// scale being at its most likely value yᵀK⁻¹y/n.
		blas64.Syr(-float64(n)/square/outputs, blas64.Vector{N: n, Inc: 1, Data: column}, gram)
	}
	// gram now holds twice the derivative by each of its elements.
	byRelevance, byScale = v.slope()
	return value, byRelevance, byScale
}

// fillGram returns the covariances of the pairs' values.
func (v *evidence) fillGram() blas64.Symmetric {
	n := v.pairs.Len()
	if v.gram == nil {
		v.gram = make([]float64, n*n)
	}
	for i, x := range v.pairs.All() {
		row := v.gram[i*n : (i+1)*n]
		for j := i; j < n; j++ {
			row[j] = v.prior.covariance(x, v.pairs.At(j))
		}
		row[i] += v.prior.scale[white]
	}
	return blas64.Symmetric{Uplo: blas.Upper, N: n, Stride: n, Data: v.gram}
}

// A gradientSums gathers derivatives by the bits of differences, from which those by
// relevances and scales follow: what the tables are to covariances.
type gradientSums struct {
	blocks [][2][256][3]float64 // Σ g·E0, Σ g·E2 and Σ g by a block's difference; of shifted blocks only the last
	odd    [2]float64           // Σ g·E1 and Σ g·E3
	scale  [scales]float64
}

// slope returns the derivatives of the evidence by the logarithms of all weights,
// given those by the elements of the Gram matrix.
//
// The product terms' covariance is λ e_low(u) + μ e_high(u) of u_i = a_i s_i, with
// s_i = ±1 where the two coalitions agree or not. Its derivative by u_i is
// Σ_j (−u_i)^j E_j, with E_j = λ e_{low−1−j} + μ e_{high−1−j}. Even powers of u_i
// do not depend on the pair of coalitions, odd ones do through the bits of their
// difference, and so sums by difference are all that is needed.
func (v *evidence) slope() (byRelevance []float64, byScale [scales]float64) {
	p, n := v.prior, v.pairs.Len()
	t := &gradientSums{blocks: make([][2][256][3]float64, len(p.blocks))}
	for i, x := range v.pairs.All() {
		row := v.gram[i*n : (i+1)*n]
		// The array has twice the derivatives. An element off the diagonal stands
		// for two and counts whole, one on it by half.
		t.add(p, x, x, row[i]/2)
		t.scale[white] += row[i] / 2
		for j := i + 1; j < n; j++ {
			t.add(p, x, v.pairs.At(j), row[j])
		}
	}
	return t.finish(p)
}

// add takes in the derivative g by the covariance of x and y: to each block of eight
// players, by the bits in which they differ there.
func (t *gradientSums) add(p *prior, x, y explain.Coalition, g float64) {
	e, _ := p.symmetric(x, y)
	λ, μ := p.scale[productLow], p.scale[productHigh]
	var e0, e2 float64
	if p.odd {
		t.scale[productLow] += g * e[3]
		t.scale[productHigh] += g * e[5]
		e0, e2 = g*(λ*e[2]+μ*e[4]), g*(λ+μ*e[2])
		t.odd[0] += g * (λ*e[1] + μ*e[3])
		t.odd[1] += g * μ * e[1]
	} else {
		t.scale[productLow] += g * e[2]
		t.scale[productHigh] += g * e[4]
		e0, e2 = g*(λ*e[1]+μ*e[3]), g*μ*e[1]
		t.odd[0] += g * (λ + μ*e[2])
		t.odd[1] += g * μ
	}
	for i := range t.blocks {
		own, shifted := difference(x, y, i)
		b := &t.blocks[i]
		sums := &b[0][own]
		sums[0] += e0
		sums[1] += e2
		sums[2] += g
		b[1][shifted][2] += g
	}
}

// finish turns the sums into derivatives by logarithms.
func (t *gradientSums) finish(p *prior) (byRelevance []float64, byScale [scales]float64) {
	byRelevance = make([]float64, p.players)
	μ := 0.0
	if p.odd {
		μ = p.scale[productHigh] // E4, the same for all pairs
	}
	for i := range t.blocks {
		var e0, e2, all [256]float64
		for d, sums := range t.blocks[i][0] {
			e0[d], e2[d], all[d] = sums[0], sums[1], sums[2]
		}
		walsh(&e0)
		walsh(&e2)
		walsh(&all)
		for j := range min(8, p.players-8*i) {
			a := p.relevance[8*i+j]
			byRelevance[8*i+j] += a * (e0[1<<j] - a*t.odd[0] + a*a*e2[1<<j] - a*a*a*t.odd[1] + a*a*a*a*μ*all[1<<j])
		}
		t.finishNear(p, 8*i, &all, byRelevance)
		for d, sums := range t.blocks[i][1] {
			all[d] = sums[2]
		}
		walsh(&all)
		t.finishNear(p, 8*i+4, &all, byRelevance)
	}
	for i := range byScale {
		byScale[i] = t.scale[i]
		if i != near { // near is by the logarithm already
			byScale[i] *= p.scale[i]
		}
	}
	return byRelevance, byScale
}

// finishNear adds what a window's sets say, given the derivative by the variance of each.
func (t *gradientSums) finishNear(p *prior, first int, slope *[256]float64, byRelevance []float64) {
	var variance [256]float64
	p.within(first, &variance)
	for set, v := range variance {
		if v == 0 {
			continue
		}
		g := v * slope[set]
		t.scale[near] += g
		for rest := set; rest != 0; rest &= rest - 1 {
			byRelevance[first+bits.TrailingZeros(uint(rest))] += g
		}
	}
}
