package surrogate

import (
	"errors"
	"math"
)

// A Normal holds the centered normal equations of a weighted least-squares fit
// with an intercept. Sums of squares and products are about the weighted means
// and are sums, not means: they grow with the weights.
type Normal struct {
	Players, Outputs int

	Weight float64   // Σw
	Mean   []float64 // weighted mean of each player's presence
	Gram   []float64 // Σw(x−x̄)(x−x̄)ᵀ, Players × Players, both triangles
	Value  []float64 // ȳ, the weighted mean of each output
	Cross  []float64 // Σw(x−x̄)(y−ȳ), Outputs × Players
	Square []float64 // Σw(y−ȳ)² of each output
}

// Normal centers the sums. It fails where the weights do not add up to a
// positive number, or a value or weight was not finite.
func (m *Moments) Normal() (*Normal, error) {
	if !(m.weight > 0) || math.IsInf(m.weight, 1) {
		return nil, errors.New("surrogate: the weights of the coalitions have no positive, finite sum")
	}
	n := &Normal{Players: m.players, Outputs: m.outputs, Weight: m.weight,
		Mean:   make([]float64, m.players),
		Gram:   make([]float64, m.players*m.players),
		Value:  make([]float64, m.outputs),
		Cross:  make([]float64, m.outputs*m.players),
		Square: make([]float64, m.outputs),
	}
	p := m.players
	for i := range p {
		n.Mean[i] = m.gram[i*p+i] / m.weight
	}
	for i := range p {
		for j := i; j < p; j++ {
			// Σwxᵢxⱼ − Σwxᵢ · x̄ⱼ. Sums of zeros and ones lose little in the
			// difference; values, which might, come shifted.
			g := m.gram[i*p+j] - m.gram[i*p+i]*n.Mean[j]
			n.Gram[i*p+j], n.Gram[j*p+i] = g, g
		}
	}
	for k := range m.outputs {
		shifted := m.value[k] / m.weight
		n.Value[k] = m.shift[k] + shifted
		n.Square[k] = max(m.square[k]-m.value[k]*shifted, 0)
		if math.IsNaN(n.Square[k]) || math.IsInf(n.Square[k], 0) {
			return nil, errors.New("surrogate: a value is not a finite number")
		}
		for i := range p {
			n.Cross[k*p+i] = m.cross[k*p+i] - m.gram[i*p+i]*shifted
		}
	}
	return n, nil
}

// row returns row i of the Gram matrix.
func (n *Normal) row(i int) []float64 { return n.Gram[i*n.Players : (i+1)*n.Players] }

// cross returns the products of all players with an output.
func (n *Normal) cross(output int) []float64 {
	return n.Cross[output*n.Players : (output+1)*n.Players]
}

// negligible returns the sum of squares below which what is left of a player's
// column, once other players and the mean are taken out, is rounding.
func (n *Normal) negligible(i int) float64 { return 1e-12 * n.Weight * n.Mean[i] }

// Intercept returns the intercept that belongs to the coefficients of an
// output, one for each player.
func (n *Normal) Intercept(output int, coef []float64) float64 {
	b := n.Value[output]
	for i, c := range coef {
		b -= c * n.Mean[i]
	}
	return b
}

// R2 returns the weighted coefficient of determination of a fit on the
// coalitions that it was fitted to; NaN where the output does not vary.
func (n *Normal) R2(output int, coef []float64) float64 {
	total := n.Square[output]
	if total == 0 {
		return math.NaN()
	}
	rest := total
	for i, c := range coef {
		if c == 0 {
			continue
		}
		rest -= 2 * c * n.cross(output)[i]
		for j, d := range coef {
			rest += c * d * n.row(i)[j]
		}
	}
	return 1 - max(rest, 0)/total
}
