package process

import (
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// A candidatePool draws candidates for the design: coalitions that stand for themselves
// and their complements, none that has been taken before. Of two complements it
// knows only the one with player 0.
type candidatePool struct {
	players int
	rng     *rand.Rand
	taken   map[string]bool
	order   []int     // scratch, a permutation of the players
	mass    []float64 // cumulative weights of the sizes 1 … players−1
}

func newCandidatePool(players int, seed uint64) *candidatePool {
	const stream = 0x676d
	p := &candidatePool{players: players, rng: rand.New(rand.NewPCG(seed, stream)), taken: map[string]bool{}, order: make([]int, players)}
	sum := 0.0
	for size := range players {
		p.order[size] = size
		if size > 0 {
			sum += 1 / (float64(size) * float64(players-size)) // Kernel SHAP's weight of a size (Lundberg & Lee 2017)
		}
		p.mass = append(p.mass, sum)
	}
	return p
}

// take marks the pair of c, which has player 0, as taken.
func (p *candidatePool) take(c explain.Coalition) { p.taken[c.Key()] = true }

// free reports whether the pair of c, which has player 0, can be taken.
func (p *candidatePool) free(c explain.Coalition) bool { return !p.taken[c.Key()] }

// canonical returns the one of c's pair that has player 0.
func (p *candidatePool) canonical(c explain.Coalition) explain.Coalition {
	if c.Has(0) {
		return c
	}
	other := explain.NewCoalition(p.players)
	other.Complement(c, p.players)
	return other
}

// left returns how many pairs have not been taken, or a large number.
func (p *candidatePool) left() int {
	const large = 1 << 30
	if p.players > 31 {
		return large
	}
	return 1<<max(p.players-1, 0) - len(p.taken)
}

// candidates returns up to count pairs that have not been taken: those of a
// player against all others first, the others at random.
func (p *candidatePool) candidates(count int) *explain.Coalitions {
	free := explain.NewCoalitions(p.players, count)
	seen := map[string]bool{}
	add := func(c explain.Coalition) {
		c = p.canonical(c)
		if key := c.Key(); !seen[key] && !p.taken[key] {
			seen[key] = true
			free.Append(c)
		}
	}
	// With half of all pairs taken, drawing would find taken ones again and again.
	if p.players <= 20 && p.left() <= 2*max(count, len(p.taken)) {
		return p.all(count)
	}
	for player := range p.players {
		if free.Len() < count {
			add(explain.NewCoalition(p.players, player))
		}
	}
	for free.Len() < count {
		add(p.draw())
	}
	return free
}

// all returns count of all that is left, which is not much.
func (p *candidatePool) all(count int) *explain.Coalitions {
	var left []explain.Coalition
	for bits := uint64(1); bits < 1<<p.players; bits += 2 {
		if c := (explain.Coalition{bits}); p.free(c) {
			left = append(left, c)
		}
	}
	p.rng.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
	free := explain.NewCoalitions(p.players, count)
	for _, c := range left[:min(count, len(left))] {
		free.Append(c)
	}
	return free
}

// draw returns a random coalition, neither empty nor full.
func (p *candidatePool) draw() explain.Coalition {
	at := p.rng.Float64() * p.mass[p.players-1]
	size, _ := slices.BinarySearch(p.mass, at)
	c := explain.NewCoalition(p.players)
	for i := range min(max(size, 1), p.players-1) {
		j := i + p.rng.IntN(p.players-i)
		p.order[i], p.order[j] = p.order[j], p.order[i]
		c.Add(p.order[i])
	}
	return c
}
