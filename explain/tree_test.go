package explain_test

import (
	"testing"

	"github.com/whence-xai/whence/explain"
)

func leaf(player int) *explain.Tree                { return &explain.Tree{Player: player} }
func node(left, right *explain.Tree) *explain.Tree { return &explain.Tree{Left: left, Right: right} }

func TestTreeCheckRefuses(t *testing.T) {
	if err := node(node(leaf(0), leaf(2)), leaf(1)).Check(3); err != nil {
		t.Errorf("a tree of all players: %v", err)
	}
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
