// Package surrogate fits linear models to the values of weighted coalitions.
//
// A linear surrogate of a game writes the value of a coalition as an intercept
// plus a coefficient for every player present. All fits of the package start
// from the same sums over coalitions: [Moments] gathers them batch by batch, so
// that memory depends on players and outputs and not on the number of
// coalitions, and [Moments.Normal] turns them into centered normal equations.
// On those stand the penalized fits, [Normal.Ridge] and [Normal.Lasso], and the
// choices of a few players, [Normal.Forward], [Highest] and [Normal.LassoPath].
// [Moments.Constrained] is the fit of coefficients with a given sum.
package surrogate

import (
	"fmt"
	"math/bits"

	"github.com/whence-xai/whence/explain"
)

// Moments are weighted sums over coalitions and their values: all that a
// weighted least-squares fit needs to know of them. A coalition x is a vector
// of zeros and ones, y its values; the sums are those of w, wx, wxxᵀ, wy, wxy
// and wy².
type Moments struct {
	players, outputs int

	shift  []float64 // the first values seen; y is taken relative to them, lest large equal values drown small differences
	weight float64   // Σw
	gram   []float64 // Σwxxᵀ, players × players, upper triangle; its diagonal is Σwx
	value  []float64 // Σwy, outputs
	square []float64 // Σwy², outputs
	cross  []float64 // Σwxy, outputs × players
}

// NewMoments returns the sums over no coalitions of a game of so many players and outputs.
func NewMoments(players, outputs int) *Moments {
	return &Moments{
		players: players,
		outputs: outputs,
		gram:    make([]float64, players*players),
		value:   make([]float64, outputs),
		square:  make([]float64, outputs),
		cross:   make([]float64, outputs*players),
	}
}

// group is the number of coalitions whose weights are summed in one table. The
// sums do not depend on how rows are split into batches as long as batches
// are multiples of it.
const group = 8

// Add adds coalitions, each with a weight and the values of all outputs
// (values is rows × outputs). It fails where the lengths do not match.
//
// A coalition given twice counts twice, as does one given with twice the weight.
// Batches of multiples of eight rows give the same bits however they are cut.
func (m *Moments) Add(rows *explain.Coalitions, weights, values []float64) error {
	if rows.Players() != m.players || len(weights) != rows.Len() || len(values) != rows.Len()*m.outputs {
		return fmt.Errorf("surrogate: %d coalitions of %d players, %d weights and %d values for moments of %d players and %d outputs",
			rows.Len(), rows.Players(), len(weights), len(values), m.players, m.outputs)
	}
	if m.shift == nil && rows.Len() > 0 {
		m.shift = append([]float64{}, values[:m.outputs]...)
	}
	patterns := make([]uint8, m.players)
	for lo := 0; lo < rows.Len(); lo += group {
		hi := min(lo+group, rows.Len())
		transpose(patterns, rows.Slice(lo, hi))
		m.add(patterns, weights[lo:hi], values[lo*m.outputs:hi*m.outputs])
	}
	return nil
}

// transpose sets bit r of patterns[p] where player p is present in row r.
func transpose(patterns []uint8, rows *explain.Coalitions) {
	clear(patterns)
	for r, c := range rows.All() {
		for p := range c.Players() {
			patterns[p] |= 1 << r
		}
	}
}

// add adds a group of coalitions, given by the rows in which each player is
// present. Two players are together in the rows patterns[i] & patterns[j], so
// with a table of the weight of every set of rows, an entry of the Gram matrix
// costs one look-up for eight coalitions.
func (m *Moments) add(patterns []uint8, weights, values []float64) {
	var table [1 << group]float64
	subsetSums(&table, weights)
	m.weight += table[1<<len(weights)-1]
	n := m.players
	for i, a := range patterns {
		if a == 0 {
			continue
		}
		row := m.gram[i*n+i : (i+1)*n]
		for j, b := range patterns[i:] {
			row[j] += table[a&b]
		}
	}
	var products [group]float64
	for k := range m.outputs {
		for r, w := range weights {
			y := values[r*m.outputs+k] - m.shift[k]
			products[r] = w * y
			m.square[k] += w * y * y
		}
		subsetSums(&table, products[:len(weights)])
		m.value[k] += table[1<<len(weights)-1]
		row := m.cross[k*n : (k+1)*n]
		for i, a := range patterns {
			row[i] += table[a]
		}
	}
}

// subsetSums sets table[s] to the sum of terms over the bits of s.
func subsetSums(table *[1 << group]float64, terms []float64) {
	for s := 1; s < 1<<len(terms); s++ {
		// s without its lowest bit comes before s, so every sum takes one addition.
		table[s] = table[s&(s-1)] + terms[bits.TrailingZeros(uint(s))]
	}
}
