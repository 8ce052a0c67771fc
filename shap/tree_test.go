package shap

import (
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// grouped is a game with a tree.
type grouped struct {
	explain.Game
	tree *explain.Tree
}

func (g grouped) Tree() *explain.Tree { return g.tree }

func TestTreeOf(t *testing.T) {
	own := balanced(0, 3)
	if got := treeOf(explain.Cache(explain.Check(grouped{explain.Func(3, nil), own}))); got != own {
		t.Error("the game's own tree is not found under its wrappers")
	}
	for players := range 9 {
		tree := treeOf(explain.Func(players, nil))
		if err := tree.Check(players); err != nil {
			t.Error(err)
		}
		if got := slices.Collect(tree.Players()); !slices.IsSorted(got) || len(got) != players {
			t.Errorf("a balanced tree of %d players has the leaves %v", players, got)
		}
	}
}
