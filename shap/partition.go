package shap

import (
	"context"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
)

// Partition shares the value of a game down a binary tree of its players: what
// a group is worth is divided between its two halves, each with and without the
// other there, and so on to single players. The values are Owen values (Owen
// 1977, on nested groups), not Shapley values: players are strangers to the
// inside of other groups. They need far fewer coalitions, of which most are
// made of whole groups (Lundberg's Partition SHAP).
//
// Groups with the largest credit are divided first, a quarter of those that
// wait at a time. When the budget is spent, what is left is shared evenly among
// the players of a group and reported as Unresolved; errors are then unknown.
// With Sampled, values are instead means over random orders of arrival in which
// groups stay together: an unbiased estimate with standard errors, for trees
// too large to walk down.
type Partition struct {
	Budget  int           // distinct coalitions; zero for DefaultBudget
	Tree    *explain.Tree // nil for that of the explain.Grouper under the game's wrappers, else a balanced one
	Sampled bool
	Seed    uint64 // of the orders, where they are sampled
}

// Evaluations returns how many coalitions of a game of so many players are valued at most.
func (e Partition) Evaluations(players int) int { return evaluations(players, e.Budget, 2) }

// Estimate values up to Budget coalitions and returns the Owen values.
func (e Partition) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	tree, err := e.tree(g)
	if err != nil {
		return nil, err
	}
	if e.sampling(g.Players(), tree) {
		return e.arrivals(tree).estimate(ctx, g)
	}
	return owen{"partition", tree, e.Budget}.estimate(ctx, g)
}

// Refine yields better and better explanations until Budget coalitions are
// valued or all credit is divided; the last is what Estimate returns. After an
// error it yields no more.
func (e Partition) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	tree, err := e.tree(g)
	if err != nil {
		return func(yield func(*explain.Explanation, error) bool) { yield(nil, err) }
	}
	if e.sampling(g.Players(), tree) {
		return e.arrivals(tree).refine(ctx, g)
	}
	return owen{"partition", tree, e.Budget}.refine(ctx, g)
}

// tree checks what it is given, the game's own included: a player at two leaves
// would be credited twice.
func (e Partition) tree(g explain.Game) (*explain.Tree, error) {
	tree := e.Tree
	if tree == nil {
		tree = treeOf(g)
	}
	if err := tree.Check(g.Players()); err != nil {
		return nil, fmt.Errorf("shap: partition: %w", err)
	}
	return tree, nil
}

// sampling reports whether orders are to be sampled: they are asked for, and
// the exact values are out of reach.
func (e Partition) sampling(players int, tree *explain.Tree) bool {
	budget := e.Budget
	if budget == 0 {
		budget = DefaultBudget(players)
	}
	return e.Sampled && owenCost(tree) > float64(budget)
}

func (e Partition) arrivals(tree *explain.Tree) arrivals {
	return arrivals{"partition", explain.OV, e.Budget, e.Seed, func(rng *rand.Rand, order []int) {
		arrange(rng, tree, order)
	}}
}

// arrange brings players in an order that keeps every group of the tree together,
// all such orders being equally likely.
// It returns what is left of order behind the tree's players.
func arrange(rng *rand.Rand, tree *explain.Tree, order []int) []int {
	if tree.IsLeaf() {
		order[0] = tree.Player
		return order[1:]
	}
	first, second := tree.Left, tree.Right
	if rng.Uint64()&1 != 0 {
		first, second = second, first
	}
	return arrange(rng, second, arrange(rng, first, order))
}

// owenCost returns how many coalitions the Owen values on a tree need: a node
// at depth d is met with 2^d sets of neighbours, and each time asks for two.
func owenCost(tree *explain.Tree) float64 {
	if tree == nil {
		return 1
	}
	var cost func(t *explain.Tree, times float64) float64
	cost = func(t *explain.Tree, times float64) float64 {
		if t.IsLeaf() {
			return 0
		}
		return 2*times + cost(t.Left, 2*times) + cost(t.Right, 2*times)
	}
	return 2 + cost(tree, 1)
}

// exactOwen returns the Owen values on the game's tree whatever they cost, up
// to the cost of MaxExact players.
func exactOwen(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	tree, err := Partition{}.tree(g)
	if err != nil {
		return nil, err
	}
	cost := owenCost(tree)
	if most := coalitions(MaxExact); cost > float64(most) {
		return nil, fmt.Errorf("shap: exact: Owen values of %d players on this tree: %w", g.Players(),
			&explain.BudgetError{Need: int(min(cost, math.MaxInt32)), Have: most})
	}
	return owen{"exact", tree, int(cost)}.estimate(ctx, g)
}
