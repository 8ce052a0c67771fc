package shap

import "github.com/whence-xai/whence/explain"

// treeOf returns the tree of the first [explain.Grouper] found under g's wrappers, and
// where there is none a balanced tree over the players in their order.
func treeOf(g explain.Game) *explain.Tree {
	for inner := g; inner != nil; {
		if t, ok := inner.(explain.Grouper); ok {
			return t.Tree()
		}
		w, ok := inner.(explain.Wrapper)
		if !ok {
			break
		}
		inner = w.Unwrap()
	}
	return balanced(0, g.Players())
}

// balanced returns a tree over players lo to hi, hi excluded.
func balanced(lo, hi int) *explain.Tree {
	switch hi - lo {
	case 0:
		return nil
	case 1:
		return &explain.Tree{Player: lo}
	}
	mid := (lo + hi + 1) / 2
	return &explain.Tree{Left: balanced(lo, mid), Right: balanced(mid, hi)}
}
