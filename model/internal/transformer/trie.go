package transformer

import (
	"cmp"
	"slices"
)

// forest lays out the sequences of b, of a causal model, so that beginnings
// which several have in common are rows once: what a token becomes depends on
// no token after it. In lexicographic order a sequence shares the most with
// the one before it, so each adds a segment that hangs from the path of that.
// A chunk has at most target rows if its sequences do; what is shared across
// its borders is computed in each.
func (l *layout) forest(b *Batch, target int) {
	l.reset(b.Len())
	l.sort(b)
	first := 0 // segment of the chunk
	for i, sequence := range l.sorted {
		lo, hi := b.sequence(int(sequence))
		common, parent := 0, int32(-1)
		if i > first {
			common = b.common(int(l.sorted[i-1]), int(sequence))
			if len(l.rows)-l.segments[first].rows.lo+hi-lo-common > target {
				l.chunk(first, i)
				first, common = i, 0
			}
		}
		if common > 0 {
			// up the path of the sequence before, to the segment that has the last common token
			for parent = int32(i - 1); int(l.segments[parent].depth) >= common; {
				parent = l.segments[parent].parent
			}
		}
		l.of[sequence] = int32(i)
		at := len(l.rows)
		for token := lo + common; token < hi; token++ {
			l.rows = append(l.rows, int32(token))
		}
		l.segments = append(l.segments, segment{sequence: sequence, parent: parent, depth: int32(common), rows: span{at, len(l.rows)}})
	}
	l.chunk(first, len(l.sorted))
}

// sort orders the sequences of b by their sources and then as words are.
func (l *layout) sort(b *Batch) {
	l.sorted = l.sorted[:0]
	for i := range b.Len() {
		l.sorted = append(l.sorted, int32(i))
	}
	slices.SortFunc(l.sorted, func(i, j int32) int { return b.compare(int(i), int(j)) })
}

// compare orders by all that makes a token's first row, so that equal beginnings are
// neighbours.
func (b *Batch) compare(i, j int) int {
	if b.Memory != nil && b.Sources[i] != b.Sources[j] {
		return cmp.Compare(b.Sources[i], b.Sources[j])
	}
	n := b.common(i, j)
	x, endX := b.sequence(i)
	y, endY := b.sequence(j)
	if x, y = x+n, y+n; x == endX || y == endY {
		return cmp.Compare(endX-x, endY-y)
	}
	return cmp.Or(
		cmp.Compare(b.Tokens[x], b.Tokens[y]),
		cmp.Compare(b.Positions[x], b.Positions[y]),
		cmp.Compare(b.place(x), b.place(y)),
		cmp.Compare(b.Types[x], b.Types[y]),
	)
}

// common returns how many tokens sequences i and j begin with alike, none if
// they read different sources.
func (b *Batch) common(i, j int) int {
	if b.Memory != nil && b.Sources[i] != b.Sources[j] {
		return 0
	}
	x, endX := b.sequence(i)
	y, endY := b.sequence(j)
	n := 0
	for x+n < endX && y+n < endY && b.same(x+n, y+n) {
		n++
	}
	return n
}
