package process

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
)

const (
	maxAims   = 256 // terms that a design looks at; of more, a random part
	maxChoice = 128 // pairs chosen from one set of candidates
)

// A Process is what is known of a game after some of its values.
type Process struct {
	players, outputs int
	terms            []term
	hyperprior       *hyperprior
	point            []float64 // the present weights
	odd, even        *half
	asked            []*half // those that terms depend on
	pool             *candidatePool
	pairs            *explain.Coalitions // known
	chosen           *explain.Coalitions // but not yet known
	candidates       *explain.Coalitions // that a design chooses from
	used             int                 // of them, at most
	fitted, due      int                 // pairs of the last fit, and of the next
}

// New returns a process that knows nothing of a game yet, and is asked for
// summaries of it. The seed decides which pairs are candidates. There must be a
// player.
func New(players, outputs int, seed uint64, summaries ...Summary) *Process {
	p := &Process{players: players, outputs: outputs, terms: terms(players, summaries), hyperprior: newHyperprior(players),
		pool: newCandidatePool(players, seed), pairs: explain.NewCoalitions(players, 0), chosen: explain.NewCoalitions(players, 0), due: 2*players + 1}
	p.point = slices.Clone(p.hyperprior.center)
	aims := p.aims(seed)
	start := func(odd bool) *half {
		h := &half{odd: odd, prior: newPrior(players, odd, p.hyperprior.weights(p.point, odd)), unit: 1}
		for i := range summaries {
			h.asked = h.asked || summaries[i].asks(odd)
		}
		if h.asked {
			p.asked = append(p.asked, h)
		}
		h.aim = newCrossCovariance(h.prior, summaries, aims)
		return h
	}
	p.odd, p.even = start(true), start(false)
	return p
}

// aims returns the terms that the design looks at.
func (p *Process) aims(seed uint64) []term {
	if len(p.terms) <= maxAims {
		return p.terms
	}
	const stream = 0x61696d
	chosen := rand.New(rand.NewPCG(seed, stream)).Perm(len(p.terms))[:maxAims]
	slices.Sort(chosen)
	aims := make([]term, maxAims)
	for i, t := range chosen {
		aims[i] = p.terms[t]
	}
	return aims
}

// Len returns the number of pairs known.
func (p *Process) Len() int { return p.pairs.Len() }

// Learn takes in pairs: coalitions, their values and those of their complements,
// rows × outputs. No pair may be given twice. Weights are fitted to the first
// pairs whenever these have doubled, as they would be if given one by one.
func (p *Process) Learn(pairs *explain.Coalitions, values, complements []float64) {
	k := p.outputs
	for i, c := range pairs.All() {
		own, other := values[i*k:(i+1)*k], complements[i*k:(i+1)*k]
		if !c.Has(0) {
			own, other = other, own
		}
		c = p.pool.canonical(c)
		p.pool.take(c)
		// The factors already hold the pairs that were chosen, in that order; other
		// pairs make them worthless.
		if i >= p.chosen.Len() || !slices.Equal(c, p.chosen.At(i)) {
			p.odd.factor, p.even.factor = nil, nil // not what was planned
		}
		p.pairs.Append(c)
		p.odd.learn(own, other)
		p.even.learn(own, other)
	}
	p.chosen.Reset()
	for most := maxFitted(p.players); p.due <= p.Len() && p.fitted < most; p.due = min(2*p.due, most) {
		p.fit(p.due)
	}
}

// Choose returns up to count coalitions that should be valued next, each together
// with its complement. They are fewer where the process would rather learn from some
// of them first, and none where all are known.
func (p *Process) Choose(count int) *explain.Coalitions {
	// Choices far ahead rest on weights that more values would correct: half as
	// many as are known.
	count = min(count, max(p.players, p.Len()/2), maxChoice, p.pool.left())
	if p.due > p.Len() {
		count = min(count, p.due-p.Len())
	}
	p.chosen.Reset()
	p.gather(count)
	for range count {
		best := p.best()
		p.pool.take(p.candidates.At(best))
		p.chosen.Append(p.candidates.At(best))
		for _, h := range p.asked {
			h.field.choose(best)
		}
	}
	return p.chosen
}

// gather makes sure that there are candidates enough to choose count of them.
func (p *Process) gather(count int) {
	const pool = 1024
	p.used += count
	// Candidates serve several rounds, since conditioning new ones on all pairs is
	// what costs most, until half of them might be used: the last ones are what no
	// round wanted.
	enough := p.candidates != nil && p.used <= p.candidates.Len()/2
	for _, h := range p.asked {
		h.update(p.pairs, p.outputs)
		enough = enough && h.field != nil
	}
	if enough {
		return
	}
	p.candidates, p.used = p.pool.candidates(pool), count
	for _, h := range p.asked {
		h.field = newField(h, p.pairs, p.candidates)
	}
}

// best returns the candidate, not taken yet, that lowers the terms' variance most.
func (p *Process) best() int {
	best, most := -1, 0.0
	for c, x := range p.candidates.All() {
		gain := 0.0
		for _, h := range p.asked {
			gain += h.field.gain[c]
		}
		if (best < 0 || gain > most) && p.pool.free(x) {
			best, most = c, gain
		}
	}
	return best
}

// Estimate returns the posterior means of all terms and their standard errors,
// terms × outputs.
func (p *Process) Estimate() (means, errs []float64) {
	means, errs = make([]float64, len(p.terms)*p.outputs), make([]float64, len(p.terms)*p.outputs)
	for _, h := range p.asked {
		h.update(p.pairs, p.outputs)
		h.estimate(p.pairs, p.terms, means, errs, p.outputs)
	}
	for i, square := range errs {
		errs[i] = math.Sqrt(square)
	}
	return means, errs
}
