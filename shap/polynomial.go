package shap

import (
	"cmp"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// A monomial is a set of up to treeDepth players, ascending; what is left of it is filled with −1.
type monomial [treeDepth]int32

// noPlayers is the empty set.
var noPlayers = monomial{-1, -1, -1, -1}

// with returns the set with a player more.
func (m monomial) with(player int) monomial {
	p := int32(player)
	for i, q := range m {
		if q < 0 || p < q {
			m[i] = p
			if q < 0 {
				break
			}
			p = q
		}
	}
	return m
}

func (m monomial) players() []int {
	players := make([]int, 0, len(m))
	for _, p := range m {
		if p >= 0 {
			players = append(players, int(p))
		}
	}
	return players
}

// compareMonomials puts smaller sets first, which is the order of an explanation's
// terms.
func compareMonomials(a, b monomial) int {
	if c := cmp.Compare(len(a.players()), len(b.players())); c != 0 {
		return c
	}
	return slices.Compare(a[:], b[:])
}

// A polynomial is a game by its Möbius coefficients, of which few are not zero.
type polynomial map[monomial]float64

// add adds a tree. A leaf is worth its value to coalitions with all of some
// players and none of others; by inclusion and exclusion of these it is a sum
// of unanimity games.
func (p polynomial) add(t *tree, with monomial, without []int) {
	if t.absent != nil {
		// The full slice makes append copy: both branches go on from the same
		// players.
		p.add(t.absent, with, append(without[:len(without):len(without)], t.player))
		p.add(t.present, with.with(t.player), without)
		return
	}
	for u := range 1 << len(without) {
		set, value := with, t.value
		for i, player := range without {
			if u>>i&1 != 0 {
				set, value = set.with(player), -value
			}
		}
		p[set] += value
	}
}

// sorted returns the sets with a coefficient: by size, then by players.
func (p polynomial) sorted() []monomial {
	sets := make([]monomial, 0, len(p))
	for set := range p {
		sets = append(sets, set)
	}
	slices.SortFunc(sets, compareMonomials)
	return sets
}

// index returns the terms of an index of the game, by set.
func (p polynomial) index(d definition) polynomial {
	var shares [treeDepth + 1][treeDepth + 1]float64
	for t, row := range shares {
		for s := range row {
			if s <= min(t, d.order) && (s > 0 || d.hasEmptyTerm()) {
				shares[t][s], _ = d.share(t, s).Float64()
			}
		}
	}
	terms := polynomial{}
	for _, set := range p.sorted() { // in order: sums of floats depend on theirs
		players := set.players()
		for u := range 1 << len(players) {
			part := noPlayers
			for i, player := range players {
				if u>>i&1 != 0 {
					part = part.with(player)
				}
			}
			size := len(part.players())
			if share := shares[len(players)][size]; share != 0 {
				terms[part] += share * p[set]
			}
		}
	}
	return terms
}

// terms lists all players, then those interactions that some output has, then
// the empty set where the index has a term for it.
func terms(n int, outputs []polynomial) []explain.Term {
	all := polynomial{}
	for p := range n {
		all[noPlayers.with(p)] = 0
	}
	for _, scores := range outputs {
		for set := range scores {
			all[set] = 0
		}
	}
	sets := all.sorted()
	if len(sets) > 0 && sets[0] == noPlayers {
		sets = append(sets[1:], noPlayers)
	}
	list := make([]explain.Term, len(sets))
	for i, set := range sets {
		list[i] = explain.Term{Players: set.players(), Score: make([]float64, len(outputs)), Err: unknown(len(outputs))}
		for o, scores := range outputs {
			list[i].Score[o] = scores[set]
		}
	}
	return list
}
