package explaintest

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// A Known game is one whose Shapley values follow from a formula.
type Known struct {
	explain.Game
	Name    string
	Shapley []float64 // an entry a player
}

// Sum returns a sum of unanimity games: a coalition earns amounts[i] when it
// holds all players of sets[i]. The amounts are the game's Möbius coefficients,
// and each is shared evenly by its set (Harsanyi 1963). The empty set's amount
// is the baseline.
func Sum(name string, players int, sets [][]int, amounts []float64) Known {
	members := make([]explain.Coalition, len(sets))
	shapley := make([]float64, players)
	for i, set := range sets {
		members[i] = explain.NewCoalition(players, set...)
		for _, p := range set {
			shapley[p] += amounts[i] / float64(len(set))
		}
	}
	value := func(present explain.Coalition) float64 {
		sum := 0.0
		for i, set := range members {
			if contains(present, set) {
				sum += amounts[i]
			}
		}
		return sum
	}
	return Known{explain.Func(players, value), name, shapley}
}

func contains(all, part explain.Coalition) bool {
	for w := range part {
		if part[w]&^all[w] != 0 {
			return false
		}
	}
	return true
}

// Unanimity returns the game that is worth one to coalitions of all members and nothing to others.
func Unanimity(players int, members ...int) Known {
	return Sum(fmt.Sprintf("unanimity of %v among %d", members, players), players, [][]int{members}, []float64{1})
}

// Additive returns the game in which every player earns its own worth, whoever else is there.
func Additive(baseline float64, worth ...float64) Known {
	sets, amounts := [][]int{nil}, []float64{baseline}
	for p, w := range worth {
		sets, amounts = append(sets, []int{p}), append(amounts, w)
	}
	return Sum(fmt.Sprintf("additive, %d players", len(worth)), len(worth), sets, amounts)
}

// Random returns a random game of interactions of up to order players: the
// given number of them, with normally distributed amounts, and a random
// baseline. Its last player is a null player and its first two are symmetric,
// where there are players enough.
func Random(seed uint64, players, order, interactions int) Known {
	rng := rand.New(rand.NewPCG(seed, uint64(players)))
	sets, amounts := [][]int{nil}, []float64{rng.NormFloat64()}
	add := func(amount float64, set ...int) {
		sets, amounts = append(sets, set), append(amounts, amount)
	}
	others := players - 1
	for range interactions {
		size := min(1+rng.IntN(order), others)
		if size == 0 {
			break
		}
		set := rng.Perm(others)[:size]
		slices.Sort(set)
		amount := rng.NormFloat64()
		add(amount, set...)
		if twin, ok := swapped(set); ok && others > 1 {
			add(amount, twin...)
		}
	}
	return Sum(fmt.Sprintf("random, %d players, order %d", players, order), players, sets, amounts)
}

// swapped returns set with player 0 in place of 1 or the other way round; false
// where that is the same set.
func swapped(set []int) ([]int, bool) {
	has0, has1 := slices.Contains(set, 0), slices.Contains(set, 1)
	if has0 == has1 {
		return nil, false
	}
	twin := slices.Clone(set)
	twin[0] = 1 - twin[0] // players 0 and 1 sort first
	return twin, true
}

// Glove returns the game of owners of left and right gloves, the left ones
// first: a coalition is worth the number of pairs it can make.
func Glove(left, right int) Known {
	n := left + right
	value := func(present explain.Coalition) float64 {
		l := 0
		for p := range present.Players() {
			if p < left {
				l++
			}
		}
		return float64(min(l, present.Size()-l))
	}
	shapley := make([]float64, n)
	for p := range shapley {
		if p < left {
			shapley[p] = pivotal(left, right)
		} else {
			shapley[p] = pivotal(right, left)
		}
	}
	return Known{explain.Func(n, value), fmt.Sprintf("gloves, %d left and %d right", left, right), shapley}
}

// pivotal returns the probability that in a random order of all owners a given
// one of own comes when fewer of its side than of the others are there.
func pivotal(own, others int) float64 {
	sum := 0.0
	// Hypergeometric: of the o + r owners that come before, o are of the own side;
	// all orders of these are equally likely, and each place in the whole order is,
	// too.
	for o := range own { // of the own side before it
		for r := o + 1; r <= others; r++ {
			sum += choose(own-1, o) * choose(others, r) / choose(own+others-1, o+r) / float64(own+others)
		}
	}
	return sum
}

func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return c
}

// Airport returns the game of sharing a runway: a coalition costs as much as
// its costliest player. Each stretch of runway is shared evenly by those who
// need it (Littlechild & Owen 1973).
func Airport(costs ...float64) Known {
	value := func(present explain.Coalition) float64 {
		most := 0.0
		for p := range present.Players() {
			most = max(most, costs[p])
		}
		return most
	}
	order := make([]int, len(costs))
	for p := range order {
		order[p] = p
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case costs[a] < costs[b]:
			return -1
		case costs[a] > costs[b]:
			return 1
		}
		return 0
	})
	shapley := make([]float64, len(costs))
	share, built := 0.0, 0.0
	for i, p := range order {
		// The stretch from the last cost to this one is needed by all who come from
		// here on.
		share += (costs[p] - built) / float64(len(order)-i)
		built = costs[p]
		shapley[p] = share
	}
	return Known{explain.Func(len(costs), value), fmt.Sprintf("airport, %d players", len(costs)), shapley}
}

// Small returns known games of up to six players, the empty one among them.
func Small() []Known {
	return []Known{
		Additive(3), Additive(-1, 2), Additive(0.5, 1, -2),
		Unanimity(2, 0, 1), Unanimity(4, 1, 3), Unanimity(5, 0, 1, 2, 3, 4),
		Glove(1, 2), Glove(2, 2), Glove(2, 4),
		Airport(1, 2, 3), Airport(3, 1, 1, 8, 2),
		Random(1, 3, 3, 8), Random(2, 5, 3, 12), Random(3, 6, 6, 20),
	}
}
