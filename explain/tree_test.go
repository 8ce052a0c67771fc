package explain_test

import (
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

func leaf(player int) *explain.Tree                { return &explain.Tree{Player: player} }
func node(left, right *explain.Tree) *explain.Tree { return &explain.Tree{Left: left, Right: right} }

type grouped struct {
	explain.Game
	tree *explain.Tree
}

func (g grouped) Tree() *explain.Tree { return g.tree }

func TestTreeOf(t *testing.T) {
	own := node(leaf(2), node(leaf(0), leaf(1)))
	if got := explain.TreeOf(explain.Cache(explain.Check(grouped{size(3), own}))); got != own {
		t.Error("the game's own tree is not found under its wrappers")
	}
	for players := range 9 {
		tree := explain.TreeOf(size(players))
		if err := tree.Check(players); err != nil {
			t.Error(err)
		}
		if got := slices.Collect(tree.Players()); !slices.IsSorted(got) || len(got) != players {
			t.Errorf("a balanced tree of %d players has the leaves %v", players, got)
		}
	}
}

func TestTreeCheckRefuses(t *testing.T) {
	for name, tree := range map[string]*explain.Tree{
		"a missing player": node(leaf(0), leaf(1)),
		"a player twice":   node(node(leaf(0), leaf(1)), leaf(1)),
		"a stranger":       node(node(leaf(0), leaf(1)), leaf(3)),
		"an only child":    node(node(leaf(0), leaf(1)), node(leaf(2), nil)),
		"no tree":          nil,
	} {
		if tree.Check(3) == nil {
			t.Errorf("%s passes", name)
		}
	}
}
