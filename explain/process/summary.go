package process

import (
	"iter"
	"math"
)

// A Summary says what is asked of a game: a number for every set S of Size
// players, linear in the game and blind to who the players are. The parity
// function of a set T adds Inside[|T|] of its coefficient to the numbers of the
// sets S ⊆ T, and Outside[|T|] to all others. For Shapley values Inside is 2/|T|
// for odd |T|, and all else zero.
type Summary struct {
	Size            int // of the sets that have a number: 0, 1 or more
	Inside, Outside [Orders]float64
	// Weight returns the weight that the value of a single coalition of so many
	// players has in the number of a set of which so many are among them. It
	// tells what the process's white noise adds; where it is nil, nothing.
	Weight func(present, common int) float64
}

// asks reports whether the summary depends on a half.
func (s *Summary) asks(odd bool) bool {
	for order := range Orders {
		if (order%2 == 1) == odd && (s.Inside[order] != 0 || s.Outside[order] != 0) {
			return true
		}
	}
	return false
}

// A term is one number asked for.
type term struct {
	of      int // summary
	players []int
}

// terms lists the numbers that summaries ask for, in lexicographic order each.
func terms(players int, of []Summary) []term {
	var all []term
	for i := range of {
		for set := range Subsets(players, of[i].Size) {
			all = append(all, term{i, append([]int(nil), set...)})
		}
	}
	return all
}

// Subsets yields the sets of size out of so many players, ascending and in
// lexicographic order: the order of the numbers that [Process.Estimate] returns.
// They share memory.
func Subsets(players, size int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		set := make([]int, size)
		for i := range set {
			set[i] = i
		}
		for size <= players {
			if !yield(set) {
				return
			}
			last := size - 1
			for last >= 0 && set[last] == players-size+last {
				last--
			}
			if last < 0 {
				return
			}
			for set[last]++; last+1 < size; last++ {
				set[last+1] = set[last] + 1
			}
		}
	}
}

// parityWeight returns what white noise of variance one in every value of a half
// adds to the covariance of a number and the half's value at a coalition: the
// weights of the coalition and of its complement, up to sign.
func (s *Summary) parityWeight(odd bool, players, present, common int) float64 {
	if s.Weight == nil {
		return 0
	}
	own, other := s.Weight(present, common), s.Weight(players-present, s.Size-common)
	if odd {
		return own - other
	}
	return own + other
}

// whiteVariance returns the variance that such noise gives the number.
func (s *Summary) whiteVariance(odd bool, players int) float64 {
	if s.Weight == nil {
		return 0
	}
	sum := 0.0
	for common := 0; common <= s.Size; common++ {
		for others := 0; others <= players-s.Size; others++ {
			if w := math.Abs(s.parityWeight(odd, players, common+others, common)); w > 0 {
				ways := logChoose(s.Size, common) + logChoose(players-s.Size, others)
				sum += math.Exp(ways+2*math.Log(w)) / 2 // every pair comes up twice
			}
		}
	}
	return sum
}

// logChoose returns the logarithm of n over k.
func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// choose returns n over k as a float, zero where there is no such set.
func choose(n, k int) float64 {
	if k < 0 || k > n {
		return 0
	}
	ways := 1.0
	for i := range k {
		ways *= float64(n-i) / float64(i+1)
	}
	return ways
}
