package process

import (
	"math/bits"

	"github.com/whence-xai/whence/explain"
)

// The terms of the prior, by their places in weights.scale. Low and high are the
// orders 3 and 5 in the odd half, 2 and 4 in the even one.
const (
	productLow = iota
	productHigh
	near
	white
	scales
)

// weights are what the prior's covariance depends on.
type weights struct {
	relevance []float64
	scale     [scales]float64 // variances of coefficients; of white, of values
}

// A prior is the process of one half of a game, with tables from which
// covariances are read off. The covariance of two values depends on which
// players the two coalitions disagree about: on the bits of their difference.
type prior struct {
	weights
	players int
	odd     bool

	blocks []block // eight players each
	p2, p4 float64 // power sums of the relevances, which are the same for every difference
}

// A block holds what eight neighbouring players add, by the bits of their difference.
type block struct {
	own     [256][4]float64 // to the power sums 1, 3 and 5 of a_i x_i y_i, and to the near term
	shifted [256]float64    // to the near term, of the window half a block further on
}

// constant is the variance of the even half's constant: large beside all else,
// since values are taken relative to their mean.
const constant = 10

// newPrior returns the prior of one half with its tables for the weights given.
func newPrior(players int, odd bool, w weights) *prior {
	p := &prior{players: players, odd: odd, blocks: make([]block, (players+7)/8)}
	p.set(w)
	return p
}

// orders returns the orders that low and high stand for in a half.
func orders(odd bool) (low, high int) {
	if odd {
		return 3, 5
	}
	return 2, 4
}

// base returns the variance of the coefficients of an order that depends on no
// weight: the unit of the odd half is that of single players.
func (p *prior) base(order int) float64 {
	switch {
	case order == 1 && p.odd:
		return 1
	case order == 0 && !p.odd:
		return constant * float64(p.players)
	}
	return 0
}

// set changes the weights and makes the tables anew.
func (p *prior) set(w weights) {
	p.weights = w
	p.p2, p.p4 = 0, 0
	for _, a := range w.relevance {
		p.p2 += a * a
		p.p4 += a * a * a * a
	}
	for i := range p.blocks {
		p.fill(i)
	}
}

// fill makes the tables of a block.
func (p *prior) fill(i int) {
	b := &p.blocks[i]
	p.within(8*i+4, &b.shifted)
	walsh(&b.shifted)
	var sums [4][256]float64
	p.within(8*i, &sums[3])
	for j, a := range p.relevance[8*i : min(8*i+8, p.players)] {
		sums[0][1<<j], sums[1][1<<j], sums[2][1<<j] = a, a*a*a, a*a*a*a*a
	}
	for power := range sums {
		walsh(&sums[power])
		for d, sum := range sums[power] {
			b.own[d][power] = sum
		}
	}
}

// within writes the variances that the near term gives the coefficients of the
// sets within the window of eight players that begins at first.
func (p *prior) within(first int, variance *[256]float64) {
	var product [256]float64
	product[0] = 1
	low, _ := orders(p.odd)
	clear(variance[:])
	for set := 1; set < len(product); set++ {
		if i := first + bits.TrailingZeros(uint(set)); i < p.players {
			product[set] = product[set&(set-1)] * p.relevance[i]
		}
		if bits.OnesCount(uint(set)) == low {
			variance[set] = p.scale[near] * product[set]
		}
	}
}

// difference returns the bits in which two coalitions differ within block i,
// and within the window half a block further on.
func difference(x, y explain.Coalition, i int) (own, shifted uint8) {
	word, at := i/8, i%8*8
	z := (x[word] ^ y[word]) >> at
	own, shifted = uint8(z), uint8(z>>4)
	if at == 56 && word+1 < len(x) {
		shifted |= uint8((x[word+1] ^ y[word+1]) << 4)
	}
	return own, shifted
}

// sums returns the power sums 1, 3 and 5 of a_i x_i y_i, what the near term adds to the
// covariance, and in how many players x and y differ.
func (p *prior) sums(x, y explain.Coalition) (p1, p3, p5, near float64, size int) {
	for word := range x {
		z := x[word] ^ y[word]
		size += bits.OnesCount64(z)
		blocks := p.blocks[8*word : min(8*word+8, len(p.blocks))]
		for i := range blocks {
			b := &blocks[i]
			own, shifted := uint8(z), uint8(z>>4)
			// The window half a block on of a word's last block reaches into the
			// next word.
			if i == 7 && word+1 < len(x) {
				shifted |= uint8((x[word+1] ^ y[word+1]) << 4)
			}
			z >>= 8
			add := &b.own[own]
			p1 += add[0]
			p3 += add[1]
			p5 += add[2]
			near += add[3] + b.shifted[shifted]
		}
	}
	return p1, p3, p5, near, size
}

// covariance returns the covariance of the values of two coalitions, white
// noise left aside.
func (p *prior) covariance(x, y explain.Coalition) float64 {
	p1, p3, p5, sum, size := p.sums(x, y)
	// newton, written out: this is the innermost loop of all, and the even half
	// needs no e5.
	e2 := (p1*p1 - p.p2) * (1. / 2)
	e3 := (e2*p1 - p1*p.p2 + p3) * (1. / 3)
	e4 := (e3*p1 - e2*p.p2 + p1*p3 - p.p4) * (1. / 4)
	if !p.odd {
		return sum + p.base(0) + p.scale[productLow]*e2 + p.scale[productHigh]*e4
	}
	e5 := (e4*p1 - e3*p.p2 + e2*p3 - p1*p.p4 + p5) * (1. / 5)
	return sum + float64(p.players-2*size) + p.scale[productLow]*e3 + p.scale[productHigh]*e5
}

// symmetric returns the symmetric polynomials of a_i x_i y_i, and in how many
// players x and y differ.
func (p *prior) symmetric(x, y explain.Coalition) (polynomial, int) {
	p1, p3, p5, _, size := p.sums(x, y)
	return newton(p1, p.p2, p3, p.p4, p5), size
}
