package process

import "math"

const (
	evaluations = 5  // of the evidence, a fit: few, since its very top is overconfident
	cheap       = 96 // pairs to which a fit costs next to nothing
	bystander   = 0.5
)

// maxFitted returns to how many pairs, the first ones, weights are fitted.
func maxFitted(players int) int { return min(max(cheap, 16*players), 256) }

// Fit fits the weights to what is known now, where that is more than at the last
// fit by enough to be worth it. Call it before the last Estimate.
func (p *Process) Fit() {
	// A third more pairs than at the last fit, or few enough for it not to matter.
	if now := min(p.Len(), maxFitted(p.players)); now > p.fitted && (now <= cheap || 3*now > 4*p.fitted) {
		p.fit(now)
	}
}

// fit moves the weights towards the mode of their posterior given the first pairs.
func (p *Process) fit(pairs int) {
	p.fitted = pairs
	var evidences []*evidence
	for _, h := range []*half{p.odd, p.even} {
		if v := h.evidence(p.pairs.Slice(0, pairs), p.outputs); v != nil {
			evidences = append(evidences, v)
		}
	}
	p.point = minimize(func(point, gradient []float64) float64 {
		value := p.hyperprior.penalty(point, gradient)
		for _, v := range evidences {
			value += p.share(v.prior.odd) * p.weigh(v, point, gradient)
		}
		return value
	}, p.point, evaluations)
	p.odd.set(p.hyperprior.weights(p.point, true))
	p.even.set(p.hyperprior.weights(p.point, false))
}

// share returns how much a half's evidence counts. The even half knows of
// relevances too, but of interactions that need not be those of the odd one.
func (p *Process) share(odd bool) float64 {
	if odd && p.odd.asked || !odd && p.even.asked {
		return 1
	}
	return bystander
}

// weigh returns a half's evidence at a point, and adds its share of the gradient.
func (p *Process) weigh(v *evidence, point, gradient []float64) float64 {
	value, byRelevance, byScale := v.at(p.hyperprior.weights(point, v.prior.odd))
	if math.IsInf(value, 1) {
		return value
	}
	share := p.share(v.prior.odd)
	axpy(gradient[:p.players], share, byRelevance)
	axpy(gradient[p.hyperprior.scalesAt(v.prior.odd):], share, byScale[:])
	return value
}
