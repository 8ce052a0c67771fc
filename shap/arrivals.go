package shap

import (
	"context"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// arrivals averages what players add over random orders of arrival. Which
// orders are drawn decides which index that is: [Permutation] draws among all,
// a sampled [Partition] among those that keep the groups of a tree together.
type arrivals struct {
	name   string
	index  explain.Index
	budget int
	seed   uint64
	draw   func(rng *rand.Rand, order []int) // turns an order into a new one
}

// estimate averages over all orders that the budget allows.
func (e arrivals) estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	m, err := e.begin(ctx, g)
	if err != nil {
		return nil, err
	}
	return m.upTo(ctx, m.budget)
}

// refine yields an explanation whenever a quarter more coalitions may be valued.
func (e arrivals) refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		m, err := e.begin(ctx, g)
		if err != nil {
			yield(nil, err)
			return
		}
		for budget := range rounds(2*m.n, m.budget) {
			if x, err := m.upTo(ctx, budget); !yield(x, err) || err != nil {
				return
			}
		}
	}
}

// An orderRun is a run that has averaged over some pairs of orders.
type orderRun struct {
	*run
	of    arrivals
	rng   *rand.Rand
	order []int
	ahead *explain.Coalitions // those of the order drawn, and of its reverse; nil where none is drawn
	asked map[string]bool     // coalitions that were, or are about to be, valued

	pairs     int
	mean, dev []float64 // of a pair's contributions, and Σ of squared deviations: players × outputs
}

// begin values the ends, which every order shares.
func (e arrivals) begin(ctx context.Context, g explain.Game) (*orderRun, error) {
	n := g.Players()
	r, err := begin(ctx, g, e.name, e.budget, 2*n, e.seed)
	if err != nil {
		return nil, err
	}
	m := &orderRun{run: r, of: e, rng: rand.New(rand.NewPCG(e.seed, streamOrders)), order: make([]int, n),
		asked: map[string]bool{explain.NewCoalition(n).Key(): true, explain.Grand(n).Key(): true},
		mean:  make([]float64, n*r.k), dev: make([]float64, n*r.k)}
	for p := range m.order {
		m.order[p] = p
	}
	return m, nil
}

// upTo takes as many pairs of orders as budget coalitions allow, and returns
// what they say.
func (m *orderRun) upTo(ctx context.Context, budget int) (*explain.Explanation, error) {
	for {
		var orders []int
		batch := explain.NewCoalitions(m.n, 0)
		for batch.Len() < explain.MaxBatch && m.fits(budget) {
			orders = append(orders, m.order...)
			for _, c := range m.ahead.All() {
				batch.Append(c)
				m.asked[c.Key()] = true
			}
			m.ahead = nil
		}
		if len(orders) == 0 {
			return m.result(), ctx.Err()
		}
		values, err := m.value(ctx, batch)
		if err != nil {
			return nil, err
		}
		size := 2 * (m.n - 1) * m.k
		for i := range len(orders) / m.n {
			m.learn(orders[i*m.n:(i+1)*m.n], values[i*size:(i+1)*size])
		}
	}
}

// fits draws the next order, unless there is one that did not fit before, and
// tells whether the budget allows it.
// An order that did not fit is kept for a larger budget: so the orders of a run do
// not depend on how often its budget was raised.
func (m *orderRun) fits(budget int) bool {
	if m.ahead == nil {
		m.of.draw(m.rng, m.order)
		m.ahead = explain.NewCoalitions(m.n, 2*(m.n-1))
		m.prefixes()
		slices.Reverse(m.order)
		m.prefixes()
		slices.Reverse(m.order)
	}
	fresh := 0 // an order and its reverse have no coalition in common but where they halve the players
	seen := map[string]bool{}
	for _, c := range m.ahead.All() {
		if key := c.Key(); !m.asked[key] && !seen[key] {
			seen[key] = true
			fresh++
		}
	}
	return len(m.asked)+fresh <= budget
}

// prefixes appends those who are there after each arrival but the last.
func (m *orderRun) prefixes() {
	there := explain.NewCoalition(m.n)
	for _, p := range m.order[:m.n-1] {
		there.Add(p)
		m.ahead.Append(there)
	}
}

// learn takes in a pair of orders: the values after each arrival, forwards and
// then backwards.
func (m *orderRun) learn(order []int, values []float64) {
	m.pairs++
	k, n := m.k, m.n
	at := func(values []float64, arrived, o int) float64 { // the value when so many have arrived
		switch arrived {
		case 0:
			return m.empty[o]
		case n:
			return m.full[o]
		}
		return values[(arrived-1)*k+o]
	}
	forth, back := values[:(n-1)*k], values[(n-1)*k:]
	for i, p := range order {
		for o := range k {
			// The player at place i of an order arrives at place n−1−i of its
			// reverse. The mean of both is one observation, since an order and its
			// reverse are not independent.
			add := (at(forth, i+1, o) - at(forth, i, o) + at(back, n-i, o) - at(back, n-1-i, o)) / 2
			d := add - m.mean[p*k+o]
			// Welford's update, as of a stratum.
			m.mean[p*k+o] += d / float64(m.pairs)
			m.dev[p*k+o] += d * (add - m.mean[p*k+o])
		}
	}
}

// prior is how many degrees of freedom the spread common to all players has in
// the estimate of a player's own (Smyth 2004): two or three pairs of orders say
// too little of it.
const prior = 2

// result returns the means with standard errors over pairs of orders, each player's
// variance drawn toward that of all by the weight of prior.
func (m *orderRun) result() *explain.Explanation {
	errs := unknown(m.n * m.k)
	if m.pairs > 1 {
		freedom := float64(m.pairs - 1)
		factor := widen(m.pairs-1+prior) / math.Sqrt(float64(m.pairs))
		for o := range m.k {
			common := 0.0
			for p := range m.n {
				common += m.dev[p*m.k+o] / freedom / float64(m.n)
			}
			for p := range m.n {
				errs[p*m.k+o] = factor * math.Sqrt((m.dev[p*m.k+o]+prior*common)/(freedom+prior))
			}
		}
	}
	return m.attribute(m.of.index, slices.Clone(m.mean), errs)
}
