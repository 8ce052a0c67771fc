package oniguruma

// A node is a part of an expression.
// A node without a kind matches the empty text.
type node struct {
	kind     kind
	text     string // literal
	anyCase  bool   // literal, set: case does not count
	set      set
	subs     []*node // sequence and alternatives: any number; the others: one
	min, max int     // repeat; max -1 for no limit
	mode     mode    // repeat
	where    assertion
	not      bool // look: nothing matches there
}

type kind uint8

const (
	// each with what it is written as
	emptyNode kind = iota
	textNode
	// […], ., \w
	setNode
	sequenceNode
	// a|b
	alternativesNode
	// a*, a{2,4}, lazy or possessive
	repeatNode
	atomicNode // what matched is not tried in another way
	// ^ $ \b \A and the like
	assertNode
	// (?=…) and (?!…)
	aheadNode
	// (?<=…) and (?<!…)
	behindNode
)

// A mode says which number of repetitions is tried first.
type mode uint8

const (
	greedy mode = iota
	lazy
	possessive // the most, and no other
)

// An assertion is something about a place between characters.
type assertion uint8

const (
	// ^ and $, then \A \z \Z \b \B
	lineStart assertion = iota
	lineEnd
	textStart
	textEnd
	lastLineEnd // the end of the text, or ahead of a line end there
	wordEdge
	noWordEdge
)

// width returns the least and the greatest number of characters that n matches; -1 for no limit.
// It is for look-behind, which must know how far back to begin.
func (n *node) width() (least, most int) {
	switch n.kind {
	case setNode:
		return 1, 1
	case textNode:
		count := len([]rune(n.text))
		if n.anyCase { // ß is as long as ss, and ΐ as its three parts
			return (count + 2) / 3, 3 * count
		}
		return count, count
	case sequenceNode:
		for _, sub := range n.subs {
			a, b := sub.width()
			least, most = sum(least, a), sum(most, b)
		}
		return least, most
	case alternativesNode:
		least, most = n.subs[0].width()
		for _, sub := range n.subs[1:] {
			a, b := sub.width()
			least = min(least, a)
			if most >= 0 && (b < 0 || b > most) {
				most = b
			}
		}
		return least, most
	// a repetition of what may be long is as long as all its rounds
	case repeatNode:
		a, b := n.subs[0].width()
		return times(a, n.min), times(b, n.max)
	case atomicNode:
		return n.subs[0].width()
	}
	return 0, 0
}

const enough = 1 << 30 // no text is longer

// sum and times have -1 for no limit, and stop at enough.
func sum(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return min(a+b, enough)
}

func times(a, n int) int {
	switch {
	case a == 0 || n == 0:
		return 0
	case a < 0 || n < 0:
		return -1
	case a > enough/n:
		return enough
	}
	return a * n
}
