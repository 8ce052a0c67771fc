package surrogate

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A Ridge solves ridge regressions with an unpenalized intercept: for each
// output the minimum of Σw(y − b − xᵀβ)² + penalty·|β|².
type Ridge struct {
	normal  *Normal
	players []int // those that have a coefficient
	factor  mat.Cholesky
}

// Ridge prepares the fit on some of the players, the others having coefficient
// zero. The penalty must be positive unless the coalitions tell the players apart;
// it fails where the equations are singular.
func (n *Normal) Ridge(players []int, penalty float64) (*Ridge, error) {
	r := &Ridge{normal: n, players: players}
	if len(players) == 0 {
		return r, nil
	}
	sub := mat.NewSymDense(len(players), nil)
	for a, i := range players {
		for b, j := range players[:a+1] {
			sub.SetSym(a, b, n.row(i)[j])
		}
		sub.SetSym(a, a, n.row(i)[i]+penalty)
	}
	if !r.factor.Factorize(sub) {
		return nil, fmt.Errorf("surrogate: ridge with penalty %g on %d players is singular", penalty, len(players))
	}
	return r, nil
}

// Coefficients returns the coefficients of an output, one for every player of
// the game.
func (r *Ridge) Coefficients(output int) []float64 {
	coef := make([]float64, r.normal.Players)
	if len(r.players) == 0 {
		return coef
	}
	rhs := mat.NewVecDense(len(r.players), nil)
	for a, i := range r.players {
		rhs.SetVec(a, r.normal.cross(output)[i])
	}
	// The error tells of a high condition number; the solution is as good as float64 allows.
	_ = r.factor.SolveVecTo(rhs, rhs)
	for a, i := range r.players {
		coef[i] = rhs.AtVec(a)
	}
	return coef
}

// inverse returns (Gram + penalty)⁻¹ with zeros for players without coefficient,
// Players × Players.
func (r *Ridge) inverse() []float64 {
	p := r.normal.Players
	full := make([]float64, p*p)
	if len(r.players) == 0 {
		return full
	}
	var inv mat.SymDense
	_ = r.factor.InverseTo(&inv)
	for a, i := range r.players {
		for b, j := range r.players {
			full[i*p+j] = inv.At(a, b)
		}
	}
	return full
}
