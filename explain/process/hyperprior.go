package process

import "math"

const (
	spreadRelevance = 1.0
	spreadScale     = 1.5
	floor           = 1e-9 // of white noise, relative to the players' own variance: keeps Gram matrices regular
)

// A hyperprior is what is believed of the weights before any value is known: their
// logarithms are normal and independent. A point holds these logarithms:
// relevances first, which both halves share, then the scales of the odd and of
// the even half.
type hyperprior struct {
	players int
	center  []float64 // a point
}

// newHyperprior centers relevances at 1 and gives each kind of terms its share of
// the game's energy over the number of sets that share it.
func newHyperprior(players int) *hyperprior {
	b := &hyperprior{players: players, center: make([]float64, players)}
	// How a half's energy is believed to be split among the terms, relative to
	// that of the sets of one player. It need not be right, only not far off.
	energy := [scales]float64{productLow: 0.3, productHigh: 0.1, near: 0.2, white: 0.01}
	windows := float64(2 * ((players + 7) / 8))
	for _, odd := range []bool{true, false} {
		low, high := orders(odd)
		sets := [scales]float64{choose(players, low), choose(players, high), windows * choose(8, low), 1}
		for i, e := range energy {
			b.center = append(b.center, math.Log(e*float64(players)/max(1, sets[i])))
		}
	}
	return b
}

// scalesAt returns where in a point the scales of a half are.
func (b *hyperprior) scalesAt(odd bool) int {
	if odd {
		return b.players
	}
	return b.players + int(scales)
}

// weights returns the weights of a half at a point.
func (b *hyperprior) weights(point []float64, odd bool) weights {
	w := weights{relevance: make([]float64, b.players)}
	for i := range w.relevance {
		w.relevance[i] = math.Exp(point[i])
	}
	for i := range w.scale {
		w.scale[i] = math.Exp(point[b.scalesAt(odd)+i])
	}
	w.scale[white] += floor * float64(b.players)
	return w
}

// penalty returns minus the logarithm of the hyperprior's density at a point, a
// constant aside, and writes its gradient.
func (b *hyperprior) penalty(point, gradient []float64) float64 {
	sum := 0.0
	for i, at := range point {
		spread := spreadRelevance
		if i >= b.players {
			spread = spreadScale
		}
		z := (at - b.center[i]) / spread
		sum += z * z / 2
		gradient[i] = z / spread
	}
	return sum
}
