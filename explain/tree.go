package explain

import (
	"fmt"
	"iter"
)

// A Tree groups players in pairs of groups, down to single players: a leaf has
// no children and stands for Player, an inner node has both children.
type Tree struct {
	Left, Right *Tree
	Player      int // of a leaf
}

// A Grouper is a game that knows how its players belong together, as the words
// of a phrase do. Owen values, as of shap.Partition, are those of its tree.
type Grouper interface {
	// Tree returns a tree with every player at one leaf, nil for a game without players.
	Tree() *Tree
}

// IsLeaf reports whether t stands for a single player.
func (t *Tree) IsLeaf() bool { return t.Left == nil && t.Right == nil }

// Players yields the players at the leaves, from left to right. The tree of
// no players is nil.
func (t *Tree) Players() iter.Seq[int] {
	return func(yield func(int) bool) { t.walk(yield) }
}

func (t *Tree) walk(yield func(int) bool) bool {
	if t == nil {
		return true
	}
	if t.IsLeaf() {
		return yield(t.Player)
	}
	return t.Left.walk(yield) && t.Right.walk(yield)
}

// Check returns an error unless t has each of so many players at exactly one
// leaf and every inner node has two children.
func (t *Tree) Check(players int) error {
	seen := NewCoalition(players)
	if err := t.check(players, seen); err != nil {
		return err
	}
	if have := seen.Size(); have != players {
		return fmt.Errorf("explain: tree has %d of %d players", have, players)
	}
	return nil
}

// check fills seen with the players met so far.
func (t *Tree) check(players int, seen Coalition) error {
	switch {
	case t == nil:
		return nil
	case t.IsLeaf():
		if t.Player < 0 || t.Player >= players {
			return fmt.Errorf("explain: tree has player %d of %d", t.Player, players)
		}
		if seen.Has(t.Player) {
			return fmt.Errorf("explain: tree has player %d twice", t.Player)
		}
		seen.Add(t.Player)
		return nil
	case t.Left == nil || t.Right == nil:
		return fmt.Errorf("explain: tree has an inner node with one child")
	}
	if err := t.Left.check(players, seen); err != nil {
		return err
	}
	return t.Right.check(players, seen)
}
