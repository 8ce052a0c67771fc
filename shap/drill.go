package shap

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// Drill explains long documents from coarse to fine: it shares the value among
// groups of players, such as sentences, and then what the leading groups have
// among their own players, so that the budget goes where the credit is. Values
// are Owen values (Owen 1977) of two levels, and add up at both.
//
// Groups are had by opening the largest node of the tree until there are enough.
// Both levels are learnt by [Bayes]; within a group, others are there or not as
// when groups arrive in some random orders and their reverses. Groups that the
// budget leaves closed share their credit evenly, and are reported as Unresolved;
// errors of their players are unknown. Where all Owen values on the tree fit the
// budget they are returned instead.
type Drill struct {
	Budget int           // distinct coalitions; zero for DefaultBudget
	Groups int           // at most; zero for about the root of the number of players
	Tree   *explain.Tree // nil for that of the explain.Grouper under the game's wrappers, else a balanced one
	Seed   uint64
}

// contexts is how many coalitions of other groups a group is looked at in: some
// orders of arrival and their reverses.
const (
	orders   = 3
	contexts = 2 * orders
)

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Drill) Evaluations(players int) int { return evaluations(players, e.Budget, 2) }

// Estimate values up to Budget coalitions and returns the Owen values.
func (e Drill) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	if e.Budget == 0 {
		e.Budget = DefaultBudget(g.Players())
	}
	tree, err := Partition{Tree: e.Tree}.tree(g)
	if err != nil {
		return nil, fmt.Errorf("shap: drill: %w", err)
	}
	if owenCost(tree) <= float64(e.Budget) {
		return owen{"drill", tree, e.Budget}.estimate(ctx, g)
	}
	d := &drill{of: e, groups: e.cut(tree, g.Players()), rng: rand.New(rand.NewPCG(e.Seed, streamOrders))}
	outer := 2 * len(d.groups)
	if d.run, err = begin(ctx, g, "drill", e.Budget, outer, e.Seed); err != nil {
		return nil, err
	}
	d.scores, d.errs, d.spread = make([]float64, d.n*d.k), unknown(d.n*d.k), make([]float64, d.n*d.k)
	// A third of the budget at most goes to the groups: the players have more to
	// tell.
	if err := d.share(ctx, max(outer, min(d.budget/3, 20*len(d.groups)))); err != nil {
		return nil, err
	}
	if err := d.open(ctx); err != nil {
		return nil, err
	}
	d.settle()
	x := d.attribute(explain.OV, d.scores, d.errs)
	x.Unresolved = d.closed
	return x, nil
}

// cut returns the groups, from left to right.
func (e Drill) cut(tree *explain.Tree, players int) [][]int {
	most := e.Groups
	if most <= 0 {
		most = int(math.Ceil(math.Sqrt(float64(players))))
	}
	groups := []*explain.Tree{tree}
	size := func(t *explain.Tree) int { return len(slices.Collect(t.Players())) }
	for len(groups) < most {
		largest := 0
		for i, t := range groups {
			if size(t) > size(groups[largest]) {
				largest = i
			}
		}
		t := groups[largest]
		if t.IsLeaf() {
			break
		}
		groups = slices.Replace(groups, largest, largest+1, t.Left, t.Right)
	}
	var sets [][]int
	for _, t := range groups {
		sets = append(sets, slices.Sorted(t.Players()))
	}
	return sets
}

// A drill is a run on its way into the groups.
type drill struct {
	*run
	of           Drill
	groups       [][]int
	rng          *rand.Rand
	level        *explain.Explanation // of the groups
	scores, errs []float64            // players × outputs; errs are variances until they are settled
	spread       []float64            // of scores between orders
	entered      []int                // players of groups entered
	closed       []explain.Term
}

// share values coalitions of whole groups.
func (d *drill) share(ctx context.Context, budget int) (err error) {
	nobody := explain.NewCoalition(d.n)
	d.level, err = Bayes{Budget: budget, Seed: d.seed}.Estimate(ctx, &merged{d.pool, d.groups, []explain.Coalition{nobody}})
	return err
}

// weight returns the largest credit of a group over outputs.
func (d *drill) weight(group int) float64 {
	most := 0.0
	for _, score := range d.level.Terms[group].Score {
		most = max(most, math.Abs(score))
	}
	return most
}

// open looks into the groups, those of the largest credit first.
func (d *drill) open(ctx context.Context) error {
	order, rest := make([]int, len(d.groups)), 0.0
	for i := range order {
		order[i] = i
		if len(d.groups[i]) > 1 {
			rest += d.weight(i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.weight(b), d.weight(a)) })
	for _, group := range order {
		players := d.groups[group]
		if len(players) == 1 {
			copy(d.scores[players[0]*d.k:], d.level.Terms[group].Score)
			copy(d.errs[players[0]*d.k:], d.level.Terms[group].Err)
			continue
		}
		// Budgets are in coalitions of the group's players, each of which is valued
		// in every context.
		left := (d.budget - d.pool.Len()) / contexts
		least := min(2*len(players), coalitions(len(players)))
		// In proportion to the group's credit among those still closed; what is not
		// used goes on to the next. Twenty a player are enough for any group.
		budget := min(max(least, int(float64(left)*d.weight(group)/max(rest, math.SmallestNonzeroFloat64))), 20*len(players))
		rest -= d.weight(group)
		if least > left {
			d.leave(group)
			continue
		}
		if err := d.enter(ctx, group, min(budget, left)); err != nil {
			return err
		}
	}
	return nil
}

// leave shares a group's credit evenly.
func (d *drill) leave(group int) {
	players := d.groups[group]
	amount := slices.Clone(d.level.Terms[group].Score)
	for _, p := range players {
		for o, a := range amount {
			d.scores[p*d.k+o] = a / float64(len(players))
		}
	}
	d.closed = append(d.closed, explain.Term{Players: players, Score: amount})
}

// enter shares a group's credit among its players: in each context, an output
// of its own, as if the group were alone, and on average over contexts. What is
// then missing of the group's credit is shared evenly.
func (d *drill) enter(ctx context.Context, group, budget int) error {
	var single [][]int
	for _, p := range d.groups[group] {
		single = append(single, []int{p})
	}
	x, err := Bayes{Budget: budget, Seed: d.seed}.Estimate(ctx, &merged{d.pool, single, d.contexts(group)})
	if err != nil {
		return err
	}
	level, size := d.level.Terms[group], float64(len(single))
	for o := range d.k {
		missing := level.Score[o]
		for i, t := range x.Terms {
			at, inner := single[i][0]*d.k+o, 0.0
			mean, spread := moments(t.Score, o, d.k)
			for c := range contexts {
				inner += t.Err[c*d.k+o] * t.Err[c*d.k+o] / (contexts * contexts)
			}
			// An error of the group's credit falls on all its players alike, as
			// what is missing does.
			outer := level.Err[o] / size
			d.scores[at], missing = mean, missing-mean
			d.errs[at], d.spread[at] = inner+outer*outer, spread
		}
		for i := range x.Terms {
			d.scores[single[i][0]*d.k+o] += missing / size
		}
	}
	d.entered = append(d.entered, d.groups[group]...)
	return nil
}

// settle turns what is known of variances into standard errors. How much scores
// vary between orders is told by the few of a group in part, and by all groups together.
func (d *drill) settle() {
	const freedom = orders - 1
	for o := range d.k {
		common := 0.0
		for _, p := range d.entered {
			common += d.spread[p*d.k+o] / float64(len(d.entered))
		}
		for _, p := range d.entered {
			at := p*d.k + o
			between := (freedom*d.spread[at] + prior*common) / (freedom + prior) / orders
			d.errs[at] = widen(freedom+prior) * math.Sqrt(between+d.errs[at])
		}
	}
}

// contexts draws who else is there when a group arrives: in some orders, each
// followed by its reverse.
func (d *drill) contexts(group int) []explain.Coalition {
	var all []explain.Coalition
	order := d.rng.Perm(len(d.groups))
	for range orders {
		d.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		before, after := explain.NewCoalition(d.n), explain.NewCoalition(d.n)
		into := before
		for _, g := range order {
			if g == group {
				into = after
				continue
			}
			for _, p := range d.groups[g] {
				into.Add(p)
			}
		}
		all = append(all, before, after)
	}
	return all
}

// moments returns the mean of an output's scores over contexts, and the variance
// of the means over an order and its reverse.
func moments(scores []float64, output, outputs int) (mean, variance float64) {
	var means [orders]float64
	for c := range contexts {
		means[c/2] += scores[c*outputs+output] / 2
	}
	for _, m := range means {
		mean += m / orders
	}
	for _, m := range means {
		variance += (m - mean) * (m - mean) / (orders - 1)
	}
	return mean, variance
}

// merged is a game whose players are groups of another's: what they are worth in
// each of some contexts, context by context.
type merged struct {
	game     explain.Game
	groups   [][]int
	contexts []explain.Coalition
}

// Players returns the number of groups.
func (m *merged) Players() int { return len(m.groups) }

// Outputs returns an entry for each context and output of the game within.
func (m *merged) Outputs() int { return len(m.contexts) * m.game.Outputs() }

// Value values the members of the groups present, together with each context.
func (m *merged) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	whole := explain.NewCoalitions(m.game.Players(), batch.Len()*len(m.contexts))
	for _, c := range batch.All() {
		for _, context := range m.contexts {
			together := slices.Clone(context)
			for g := range c.Players() {
				for _, p := range m.groups[g] {
					together.Add(p)
				}
			}
			whole.Append(together)
		}
	}
	return m.game.Value(ctx, dst, whole)
}
