package shap

import (
	"fmt"
	"math/big"

	"github.com/whence-xai/whence/explain"
)

// A definition is an index of a game of n players as weights. All indices are
// linear in the game, and all of these treat players alike, so an index is told
// by the share that a set S of players has in the Möbius coefficient m(T) of
// every set T ⊇ S, which depends on the sizes alone:
//
//	I(S) = Σ_{T⊇S} share(|T|, |S|) · m(T)
//
// Shares are rational numbers, since the weights of coalitions that follow from
// them come out of alternating sums.
type definition struct {
	index    explain.Index
	n, order int
	presence *big.Rat   // of WBV
	sizes    []*big.Rat // of PV
}

// share returns share(t, s), 1 ≤ s ≤ order (s = 0 too, for an index that gives
// the empty set a term) and s ≤ t ≤ n.
func (d definition) share(t, s int) *big.Rat {
	k := d.order
	switch d.index {
	case explain.SV, explain.SII: // Grabisch & Roubens 1999
		return big.NewRat(1, int64(t-s+1))
	case explain.BV, explain.BII:
		return power(big.NewRat(1, 2), t-s)
	case explain.WBV: // the chance that the others of T are there
		return power(d.presence, t-s)
	case explain.PV:
		return d.chance(t - 1)
	case explain.Moebius:
		return truth(t == s)
	case explain.Fourier:
		sign := power(big.NewRat(-1, 1), s)
		return sign.Mul(sign, power(big.NewRat(1, 2), t))
	case explain.KSII: // Bordt & von Luxburg 2023: SII of larger sets, shared out by Bernoulli numbers
		sum := new(big.Rat)
		for u := s; u <= min(k, t); u++ {
			term := new(big.Rat).Mul(bernoulli(u-s), binomial(t-s, u-s))
			sum.Add(sum, term.Mul(term, big.NewRat(1, int64(t-u+1))))
		}
		return sum
	case explain.STII: // Sundararajan et al. 2020: larger sets go to their subsets of the top order
		if t < k || s < k {
			return truth(t == s)
		}
		return new(big.Rat).Inv(binomial(t, k))
	}
	if t <= k {
		return truth(t == s)
	}
	sign := power(big.NewRat(-1, 1), k-s)
	switch d.index {
	case explain.FSII: // Tsai et al. 2023, theorem 19
		c := new(big.Rat).Mul(big.NewRat(int64(s), int64(k+s)), binomial(k, s))
		c.Mul(c, binomial(t-1, k)).Quo(c, binomial(t+k-1, k+s))
		return c.Mul(c, sign)
	case explain.FBII: // Tsai et al. 2023, theorem 17
		c := new(big.Rat).Mul(power(big.NewRat(1, 2), t-s), binomial(t-s-1, k-s))
		return c.Mul(c, sign)
	}
	panic(fmt.Sprintf("shap: no shares for index %v", d.index))
}

// chance returns the probability that c given players are among the others
// present, where sizes[s] is the probability that s are.
func (d definition) chance(c int) *big.Rat {
	sum := new(big.Rat)
	for s, p := range d.sizes {
		term := new(big.Rat).Quo(binomial(s, c), binomial(d.n-1, c))
		sum.Add(sum, term.Mul(term, p))
	}
	return sum
}

// weights returns the weight of a coalition X in the index of a set S of s
// players: element [|X|][|X∩S|]. It is Σ_{T⊇S∪X} (−1)^{|T|−|X|} share(|T|, s).
func (d definition) weights(s int) [][]float64 {
	n := d.n
	tail := make([]*big.Rat, n+1) // by |S∪X|: the sum with (−1)^{|T|−|S∪X|}
	for u := s; u <= n; u++ {
		sum := new(big.Rat)
		for t := u; t <= n; t++ {
			term := new(big.Rat).Mul(binomial(n-u, t-u), d.share(t, s))
			if (t-u)%2 == 1 {
				term.Neg(term)
			}
			sum.Add(sum, term)
		}
		tail[u] = sum
	}
	w := make([][]float64, n+1)
	for x := range w {
		w[x] = make([]float64, s+1)
		for common := range w[x] {
			union := s + x - common
			if common > x || union > n {
				continue // no such coalition
			}
			w[x][common], _ = tail[union].Float64()
			if (s-common)%2 == 1 {
				w[x][common] = -w[x][common]
			}
		}
	}
	return w
}

// hasEmptyTerm reports whether the index has a constant that is not v(∅).
func (d definition) hasEmptyTerm() bool {
	return d.index == explain.Fourier || d.index == explain.FBII
}

// truth returns 1 or 0.
func truth(b bool) *big.Rat {
	if b {
		return big.NewRat(1, 1)
	}
	return new(big.Rat)
}

// binomial returns n over k, exactly.
func binomial(n, k int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Binomial(int64(n), int64(k)))
}

// power returns xᵏ, exactly.
func power(x *big.Rat, k int) *big.Rat {
	p := big.NewRat(1, 1)
	for range k {
		p.Mul(p, x)
	}
	return p
}

// bernoulli returns the Bernoulli number B_m, with B₁ = −½.
func bernoulli(m int) *big.Rat {
	b := make([]*big.Rat, m+1)
	for i := range b {
		b[i] = truth(i == 0)
		for j := range i {
			term := new(big.Rat).Mul(binomial(i, j), b[j])
			b[i].Sub(b[i], term.Quo(term, big.NewRat(int64(i-j+1), 1)))
		}
	}
	return b[m]
}
