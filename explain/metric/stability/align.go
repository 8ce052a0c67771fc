package stability

import "github.com/whence-xai/whence/explain"

// A Pair is a player of one explanation and the one of another that stands for
// the same; −1 for none.
type Pair struct{ A, B int }

// Align finds which players of two explanations stand for the same. Players of
// equal text are matched in their order, as many as possible (a longest common
// subsequence); what stands between two matches is paired off from the left, as
// a word and its changed form. The pairs are in the order of the texts.
func Align(a, b []explain.Player) []Pair {
	var pairs []Pair
	i, j := 0, 0
	gap := func(toA, toB int) {
		for ; i < toA && j < toB; i, j = i+1, j+1 {
			pairs = append(pairs, Pair{i, j})
		}
		for ; i < toA; i++ {
			pairs = append(pairs, Pair{i, -1})
		}
		for ; j < toB; j++ {
			pairs = append(pairs, Pair{-1, j})
		}
	}
	for _, m := range common(a, b) {
		gap(m.A, m.B)
		pairs = append(pairs, m)
		i, j = i+1, j+1
	}
	gap(len(a), len(b))
	return pairs
}

// common returns a longest common subsequence of the players' texts. What both
// begin or end with is matched at once, so that only the middle costs time and
// memory of its size squared.
func common(a, b []explain.Player) []Pair {
	head, tail := 0, 0
	for head < len(a) && head < len(b) && a[head].Text == b[head].Text {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail].Text == b[len(b)-1-tail].Text {
		tail++
	}
	var pairs []Pair
	for i := range head {
		pairs = append(pairs, Pair{i, i})
	}
	for _, m := range middle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		pairs = append(pairs, Pair{head + m.A, head + m.B})
	}
	for i := range tail {
		pairs = append(pairs, Pair{len(a) - tail + i, len(b) - tail + i})
	}
	return pairs
}

// mostMiddle bounds the memory of middle, in entries of its table. Beyond it
// nothing in the middle is matched by its text.
const mostMiddle = 1 << 24

// middle finds the matches between what both begin and end with.
func middle(a, b []explain.Player) []Pair {
	if len(a)*len(b) == 0 || len(a)*len(b) > mostMiddle {
		return nil
	}
	w := len(b) + 1
	// The textbook's dynamic program, from the end: longest[i*w+j] is how many
	// matches the rest of both can have, so that the walk below goes forward.
	longest := make([]int32, (len(a)+1)*w) // of the players from i and j on
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if longest[i*w+j] = max(longest[(i+1)*w+j], longest[i*w+j+1]); a[i].Text == b[j].Text {
				longest[i*w+j] = longest[(i+1)*w+j+1] + 1
			}
		}
	}
	var pairs []Pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].Text == b[j].Text:
			pairs = append(pairs, Pair{i, j})
			i, j = i+1, j+1
		case longest[(i+1)*w+j] >= longest[i*w+j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// Paired returns the scores of both sides of pairs, 0 where a side has no player.
func Paired(pairs []Pair, a, b []float64) (pa, pb []float64) {
	at := func(scores []float64, p int) float64 {
		if p < 0 {
			return 0
		}
		return scores[p]
	}
	for _, p := range pairs {
		pa, pb = append(pa, at(a, p.A)), append(pb, at(b, p.B))
	}
	return pa, pb
}
