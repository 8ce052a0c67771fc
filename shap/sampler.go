package shap

import (
	"math"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
)

// Streams of random numbers, one a role, so that what one role draws does not
// depend on how much another has drawn.
const (
	streamPairs = iota + 1
	streamOrders
)

// A rate tells how eagerly coalitions of a size (and of its complement) are
// drawn, relative to other sizes; it is the sum over all coalitions of the size.
type rate func(players, size int) float64

// kernelMass is the sum of Kernel SHAP's weights over all coalitions of a size,
// up to a factor (Lundberg & Lee 2017, theorem 2).
func kernelMass(players, size int) float64 {
	return float64(players-1) / (float64(size) * float64(players-size))
}

// leverageMass gives every size the same: the leverage score of a coalition is
// the inverse of the number of coalitions of its size (Musco & Witter 2024, lemma 3.1).
func leverageMass(int, int) float64 { return 1 }

// A sampler draws pairs of complementary coalitions, never one twice. What it
// has drawn after m pairs is the same whatever the budget, so a larger budget
// extends a smaller one. Sizes take turns in proportion to their rates, which
// leaves less to chance than drawing them; within a size all coalitions are
// equally likely.
type sampler struct {
	players int
	rng     *rand.Rand
	classes []class // by size of the smaller side, from 1
	drawn   int
	order   []int // scratch, a permutation of the players
}

// A class is the set of all pairs whose smaller side has a certain size.
type class struct {
	size   int
	count  float64 // pairs there are; may be +Inf
	rate   float64
	offset float64 // uniform in [0, 1): when its turns come
	drawn  int
	seen   map[string]bool
}

// newSampler returns a sampler whose sizes are drawn at the rates given; its own
// stream of the seed keeps the draws apart from those of other parts of an
// estimator.
func newSampler(players int, seed uint64, of rate) *sampler {
	s := &sampler{players: players, rng: rand.New(rand.NewPCG(seed, streamPairs)), order: make([]int, players)}
	for p := range s.order {
		s.order[p] = p
	}
	for size := 1; 2*size <= players; size++ {
		c := class{size: size, rate: of(players, size), count: math.Exp(logChoose(players, size)), offset: s.rng.Float64(), seen: map[string]bool{}}
		if c.count < 1<<52 {
			c.count = math.Round(c.count)
		}
		if 2*size == players { // a coalition and its complement are of the same class
			c.rate /= 2
			c.count /= 2
		}
		s.classes = append(s.classes, c)
	}
	return s
}

// logChoose returns the logarithm of n over k.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// next returns a pair's smaller side and the number of its class, or false when
// there is no pair left. Of two equal sides it returns the one with player 0.
func (s *sampler) next() (explain.Coalition, int, bool) {
	turn, when := -1, math.Inf(1)
	for i := range s.classes {
		c := &s.classes[i]
		if at := (float64(c.drawn) + 1 - c.offset) / c.rate; at < when && float64(c.drawn) < c.count {
			turn, when = i, at
		}
	}
	if turn < 0 {
		return nil, 0, false
	}
	c := &s.classes[turn]
	// Rejection is fast while few of a class are drawn; small classes are soon
	// full, and next passes them over.
	for {
		drawn := s.subset(c.size)
		if 2*c.size == s.players && !drawn.Has(0) {
			drawn.Complement(drawn, s.players)
		}
		if key := drawn.Key(); !c.seen[key] {
			c.seen[key] = true
			c.drawn++
			s.drawn++
			return drawn, turn, true
		}
	}
}

// subset returns a random coalition of a size, by the first steps of a shuffle.
func (s *sampler) subset(size int) explain.Coalition {
	c := explain.NewCoalition(s.players)
	for i := range size {
		j := i + s.rng.IntN(s.players-i)
		s.order[i], s.order[j] = s.order[j], s.order[i]
		c.Add(s.order[i])
	}
	return c
}

// expected returns how many pairs of each class the pairs drawn so far hold on
// average over seeds, and all that it has drawn where that is every one.
func (s *sampler) expected() []float64 {
	// Time runs until the expected draws add up to those made: a class draws at
	// its rate and stops when it is empty.
	expected := make([]float64, len(s.classes))
	left := float64(s.drawn)
	open := make([]int, 0, len(s.classes))
	for i := range s.classes {
		open = append(open, i)
	}
	for len(open) > 0 {
		rates := 0.0
		for _, i := range open {
			rates += s.classes[i].rate
		}
		time, rest := left/rates, open[:0:0]
		for _, i := range open {
			if c := s.classes[i]; time*c.rate >= c.count {
				expected[i] = float64(c.drawn)
				left -= c.count
			} else {
				expected[i] = time * c.rate
				rest = append(rest, i)
			}
		}
		if len(rest) == len(open) {
			break
		}
		open = rest
	}
	for i, c := range s.classes {
		if float64(c.drawn) == c.count {
			expected[i] = c.count
		}
	}
	return expected
}
