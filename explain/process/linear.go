package process

import "math"

// Linear asks for the additive game closest to a game: the fit by weighted least
// squares to all coalitions, with a ridge penalty on the squares of the
// coefficients. Coalitions of s players weigh mass[s] together, each the same.
// The first summary is of the players' coefficients, the second of the intercept.
func Linear(mass []float64, ridge float64) (coefficients, intercept Summary) {
	l := newLinear(mass, ridge)
	coefficients.Size = 1
	for t := range min(Orders, len(mass)) {
		mean, inside, outside := l.parity(t)
		total := float64(t)*inside + float64(l.players-t)*outside
		coefficients.Inside[t] = l.own*inside - l.shared*total
		coefficients.Outside[t] = l.own*outside - l.shared*total
		intercept.Inside[t] = mean - l.presence*l.sum*total
	}
	coefficients.Weight = func(present, common int) float64 {
		return l.single(present) * (l.own*(float64(common)-l.presence) - l.shared*l.surplus(present))
	}
	intercept.Weight = func(present, _ int) float64 {
		return l.single(present) * (1/l.weight - l.presence*l.sum*l.surplus(present))
	}
	return coefficients, intercept
}

// A linear holds the normal equations of such a fit. Players being alike, their
// centered Gram matrix has one number on its diagonal and another elsewhere, and
// so has its inverse: a player's coefficient is own times its covariance with the
// values, less shared times the sum of all players' covariances.
type linear struct {
	players     int
	mass        []float64
	weight      float64 // the sum of mass
	presence    float64 // how often a player is there, on average
	own, shared float64
	sum         float64 // what the sum of the coefficients is of that of the covariances
}

// newLinear inverts the Gram matrix of players who are alike, a·I + b·J with J all
// ones, by the Sherman–Morrison formula.
func newLinear(mass []float64, ridge float64) *linear {
	l := &linear{players: len(mass) - 1, mass: mass}
	n := float64(l.players)
	var single, double float64 // weights of the coalitions of a player, and of two
	for size, m := range mass {
		s := float64(size)
		l.weight += m
		single += m * s / math.Max(n, 1)
		double += m * s * (s - 1) / math.Max(n*(n-1), 1)
	}
	l.presence = single / l.weight
	between := double - l.weight*l.presence*l.presence
	within := single - double
	// There is no second player to be together with.
	if l.players == 1 {
		between, within = 0, single-l.weight*l.presence*l.presence
	}
	l.own = 1 / (within + ridge)
	l.sum = 1 / (within + ridge + n*between)
	l.shared = l.own * l.sum * between
	return l
}

// parity returns the weighted mean of the parity function of a set of t players, and
// its covariances, times the weight, with the presence of players inside and outside of it.
func (l *linear) parity(t int) (mean, inside, outside float64) {
	for size, m := range l.mass {
		there := m * float64(size) / math.Max(float64(l.players), 1)
		mean += m * meanParity(l.players, size, t) / l.weight
		if size > 0 {
			inside += there * meanParity(l.players-1, size-1, t-1)
			outside += there * meanParity(l.players-1, size-1, t)
		}
	}
	middle := l.weight * l.presence * mean
	return mean, inside - middle, outside - middle
}

// meanParity returns the mean over all coalitions of a size of the parity
// function of a set of t players; zero where there is no such set.
func meanParity(players, size, t int) float64 {
	if t < 0 || t > players {
		return 0
	}
	mean := 0.0
	for there := range t + 1 {
		chance := choose(t, there) // that so many of the set are in the coalition
		for i := range t {
			if i < there {
				chance *= float64(size-i) / float64(players-i)
			} else {
				chance *= float64(players-size-i+there) / float64(players-i)
			}
		}
		if (t-there)%2 == 1 {
			chance = -chance
		}
		mean += chance
	}
	return mean
}

// single returns the weight of one coalition of a size.
func (l *linear) single(size int) float64 {
	return l.mass[size] * math.Exp(-logChoose(l.players, size))
}

// surplus returns by how many players a coalition is larger than the mean one.
func (l *linear) surplus(size int) float64 {
	return float64(size) - float64(l.players)*l.presence
}
