package surrogate

import (
	"errors"
	"math"
)

// Precision and patience of the coordinate descent: sweeps end when none
// changes the fit by more than this share of the output's deviation.
const (
	lassoPrecision = 1e-12
	lassoSweeps    = 100_000
)

// Lasso returns the coefficients of an output, one for every player, that
// minimize Σw(y − b − xᵀβ)² / 2Σw + Σ penalty·|β|, by cyclic coordinate descent
// (Friedman et al. 2010). There is a penalty for each player: scaled by the
// standard deviation of the player's presence it acts on standardized columns.
// A player that is always present or always absent gets zero.
func (n *Normal) Lasso(output int, penalty []float64) ([]float64, error) {
	coef := make([]float64, n.Players)
	products := append([]float64{}, n.cross(output)...) // with the residual
	enough := lassoPrecision * math.Sqrt(n.Square[output])
	for range lassoSweeps {
		largest := 0.0
		for j := range coef {
			own := n.row(j)[j]
			if own <= n.negligible(j) {
				continue
			}
			change := softThreshold(products[j]+own*coef[j], penalty[j]*n.Weight)/own - coef[j]
			if change == 0 {
				continue
			}
			coef[j] += change
			// Products with the residual are kept up to date, a row of the Gram
			// matrix a change ("covariance updates", Friedman et al. 2010, §2.2):
			// no sweep looks at the coalitions again.
			for i, g := range n.row(j) {
				products[i] -= change * g
			}
			largest = max(largest, math.Abs(change)*math.Sqrt(own))
		}
		if largest <= enough {
			return coef, nil
		}
	}
	return nil, errors.New("surrogate: lasso did not converge")
}

// softThreshold moves v toward zero by t.
func softThreshold(v, t float64) float64 {
	return math.Copysign(max(math.Abs(v)-t, 0), v)
}
