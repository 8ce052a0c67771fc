package process

import (
	"math/bits"

	"github.com/whence-xai/whence/explain"
)

// A crossCovariance knows how the terms asked for vary together with the values of one half,
// for one prior.
type crossCovariance struct {
	prior     *prior
	summaries []Summary
	terms     []term
	flat      [][][]float64      // summary, present, common: what flat terms and white noise add
	near      [][]window         // term: the windows that it lies in
	bases     []*crossCovariance // summary: what it is outside of sets, a term of size zero; nil where nothing
	grand     explain.Coalition
	absent    []uint8 // scratch: who is absent from each window
}

// A window is what the sets within a window that hold a certain set add to the
// covariance of its term with a coalition's value, by the players absent.
type window struct {
	at    int // number of the window
	table *[256]float64
}

// A term of LIME's coefficients also depends on sets that do not hold its players
// (Outside). That part is the same for all terms of a summary, and is computed as a
// term of no players.
func newCrossCovariance(p *prior, summaries []Summary, terms []term) *crossCovariance {
	l := &crossCovariance{prior: p, summaries: summaries, terms: terms, grand: explain.Grand(p.players), absent: make([]uint8, 2*len(p.blocks))}
	l.flat = make([][][]float64, len(summaries))
	l.bases = make([]*crossCovariance, len(summaries))
	for i := range summaries {
		l.flat[i] = l.flatTable(&summaries[i])
		if out := summaries[i].Outside; out != [Orders]float64{} {
			l.bases[i] = newCrossCovariance(p, []Summary{{Inside: out}}, []term{{0, nil}})
		}
	}
	l.findWindows()
	return l
}

// inner returns what the parity functions of an order add to the sets inside of
// them over what they add to all.
func (s *Summary) inner(order int) float64 { return s.Inside[order] - s.Outside[order] }

// flatTable returns what the prior's base and white noise add to the covariance
// of a term and a value, by the players present and those of the term among them.
func (l *crossCovariance) flatTable(s *Summary) [][]float64 {
	p := l.prior
	table := make([][]float64, p.players+1)
	for present := range table {
		table[present] = make([]float64, s.Size+1)
		for common := range table[present] {
			// No coalition has so many of the others.
			if present-common < 0 || present-common > p.players-s.Size {
				continue
			}
			sum := p.scale[white] * s.parityWeight(p.odd, p.players, present, common)
			switch {
			case s.Size == 0 && p.odd:
				sum += p.base(1) * s.inner(1) * float64(2*present-p.players)
			case s.Size == 0:
				sum += p.base(0) * s.inner(0)
			case s.Size == 1:
				sum += p.base(1) * s.inner(1) * float64(2*common-1)
			}
			table[present][common] = sum
		}
	}
	return table
}

// findWindows makes the tables of all terms that lie in a window.
func (l *crossCovariance) findWindows() {
	l.near = make([][]window, len(l.terms))
	for at := range 2 * len(l.prior.blocks) {
		var variance [256]float64
		l.prior.within(4*at, &variance)
		for i, t := range l.terms {
			inside, within := mask(t.players, 4*at)
			if !within {
				continue
			}
			table := new([256]float64)
			for set, v := range variance {
				if v != 0 && set&inside == inside {
					table[set] = v * l.summaries[t.of].inner(bits.OnesCount(uint(set)))
				}
			}
			walsh(table)
			l.near[i] = append(l.near[i], window{at, table})
		}
	}
}

// mask returns players as bits of the window that begins at first, and whether
// they are all in it.
func mask(players []int, first int) (bits int, within bool) {
	for _, p := range players {
		if p < first || p >= first+8 {
			return 0, false
		}
		bits |= 1 << (p - first)
	}
	return bits, true
}

// covariances writes the covariance of every term with the half's value at x.
func (l *crossCovariance) covariances(dst []float64, x explain.Coalition) {
	p := l.prior
	e, absentees := p.symmetric(x, l.grand)
	for i := range p.blocks {
		l.absent[2*i], l.absent[2*i+1] = difference(x, l.grand, i)
	}
	base, of := 0.0, -1
	for i := range l.terms {
		t := &l.terms[i]
		if t.of != of {
			of, base = t.of, 0
			if outside := l.bases[of]; outside != nil {
				var one [1]float64
				outside.covariances(one[:], x)
				base = one[0]
			}
		}
		// The covariance of F(T)-sums over T ⊇ S factors: Π_{i∈S} u_i times the
		// symmetric polynomials of all other u.
		rest, product, common := e, 1.0, 0
		for _, player := range t.players {
			u := -p.relevance[player]
			if x.Has(player) {
				common++
				u = -u
			}
			product *= u
			// What is asked of a term's own players is a factor; the polynomial is
			// that of all others.
			rest = rest.without(u)
		}
		sum := base + l.flat[of][p.players-absentees][common] + product*l.products(t, &rest, (*Summary).inner)
		for _, w := range l.near[i] {
			sum += w.table[l.absent[w.at]]
		}
		dst[i] = sum
	}
}

// table returns the covariances of the terms with the values of coalitions,
// coalitions × terms.
func (l *crossCovariance) table(of *explain.Coalitions) [][]float64 {
	t := table(of.Len(), len(l.terms))
	for i, x := range of.All() {
		l.covariances(t[i], x)
	}
	return t
}

// constant returns what a game that is worth one everywhere has of a term.
func (l *crossCovariance) constant(term int) float64 {
	if s := &l.summaries[l.terms[term].of]; s.Size > 0 {
		return s.Outside[0]
	} else {
		return s.Inside[0]
	}
}

// products returns the sum over the product terms' orders of their λ, a factor of the
// order, and the symmetric polynomial of the players outside of the term.
func (l *crossCovariance) products(t *term, rest *polynomial, factor func(s *Summary, order int) float64) float64 {
	p, s, k := l.prior, &l.summaries[t.of], len(t.players)
	low, high := orders(p.odd)
	sum := 0.0
	if k <= low {
		sum += p.scale[productLow] * factor(s, low) * rest[low-k]
	}
	if k <= high {
		sum += p.scale[productHigh] * factor(s, high) * rest[high-k]
	}
	return sum
}

// innerSquare returns what sets inside add to the variance over what all sets add.
func (s *Summary) innerSquare(order int) float64 {
	return s.Inside[order]*s.Inside[order] - s.Outside[order]*s.Outside[order]
}

// variances writes the prior variance of every term.
func (l *crossCovariance) variances(dst []float64) {
	p := l.prior
	var sums [6]float64
	for _, a := range p.relevance {
		power := 1.0
		// Variances are covariances of a coalition with itself: u_i = a_i for every
		// player.
		for k := 1; k < len(sums); k++ {
			power *= a
			sums[k] += power
		}
	}
	e := newton(sums[1], sums[2], sums[3], sums[4], sums[5])
	of, common := -1, 0.0
	for i := range l.terms {
		t := &l.terms[i]
		if t.of != of {
			of, common = t.of, l.commonVariance(t.of)
		}
		rest, product := e, 1.0
		for _, player := range t.players {
			product *= p.relevance[player]
			rest = rest.without(p.relevance[player])
		}
		dst[i] = common + product*l.products(t, &rest, (*Summary).innerSquare) + l.nearVariance(t)
	}
}

// commonVariance returns the part of the variance that all terms of a summary share.
func (l *crossCovariance) commonVariance(of int) float64 {
	p, s := l.prior, &l.summaries[of]
	sum := p.scale[white] * s.whiteVariance(p.odd, p.players)
	for order := s.Size; order <= 1; order++ {
		sum += p.base(order) * s.innerSquare(order) * choose(p.players-s.Size, order-s.Size)
	}
	if outside := l.bases[of]; outside != nil {
		var one [1]float64
		outside.variances(one[:])
		sum += one[0]
	}
	return sum
}

// nearVariance returns what the sets of windows that hold the term's add.
func (l *crossCovariance) nearVariance(t *term) float64 {
	sum := 0.0
	for at := range 2 * len(l.prior.blocks) {
		inside, within := mask(t.players, 4*at)
		if !within {
			continue
		}
		var variance [256]float64
		l.prior.within(4*at, &variance)
		for set, v := range variance {
			if v != 0 && set&inside == inside {
				sum += v * l.summaries[t.of].innerSquare(bits.OnesCount(uint(set)))
			}
		}
	}
	return sum
}
