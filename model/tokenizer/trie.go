package tokenizer

// A trie finds the strings of a set that a text starts with.
// All edges are in one hash table, by node and byte: a vocabulary makes hundreds of
// thousands of nodes, most of which have one child.
type trie struct {
	edges  *table  // node and byte → node; the root is node 0
	values []int32 // by node; -1 where no string ends
}

func newTrie(size int) *trie {
	return &trie{edges: newTable(size), values: []int32{-1}}
}

// add stores a string with a value of 0 or more. A later value for the same string replaces the earlier one.
func (t *trie) add(s string, value int32) {
	node := uint32(0)
	for i := range len(s) {
		key := pairKey(node, uint32(s[i]))
		next, ok := t.edges.get(key)
		if !ok {
			next = uint64(len(t.values))
			t.edges.set(key, next)
			t.values = append(t.values, -1)
		}
		node = uint32(next)
	}
	t.values[node] = value
}

// step returns the node behind b; ok is false when no string goes on so.
func (t *trie) step(node uint32, b byte) (next uint32, ok bool) {
	n, ok := t.edges.get(pairKey(node, uint32(b)))
	return uint32(n), ok
}
