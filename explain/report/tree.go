package report

import (
	"context"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A Tree is a decision tree that names the class that a model chooses for a text
// by the words it has (CART, Breiman et al. 1984: Gini impurity).
// It is a stand-in for the model, not for the labels: it learns what the model
// says.
type Tree struct {
	Root *Node `json:"root"`
	Fidelity
}

// A Node asks for a word, or is a leaf.
type Node struct {
	Word    string `json:"word,omitempty"` // "" in a leaf
	With    *Node  `json:"with,omitempty"` // of texts with the word
	Without *Node  `json:"without,omitempty"`
	Class   string `json:"class"` // that is named
	Rows    int    `json:"rows"`
	Right   int    `json:"right"` // of those learned from that came here, and for which Class is right
}

// A Rule is a way through a tree to a leaf.
type Rule struct {
	Has    []string `json:"has"`
	HasNot []string `json:"has_not"` // words, in the order that they are asked for
	Class  string   `json:"class"`
	Rows   int      `json:"rows"`
	Right  int      `json:"right"`
}

// Rules returns the leaves of the tree as rules, of which always one applies.
func (t *Tree) Rules() []Rule { return t.Root.rules(nil, nil) }

// rules goes to the branch with the word first.
func (n *Node) rules(has, hasNot []string) []Rule {
	if n.Word == "" {
		return []Rule{{slices.Clone(has), slices.Clone(hasNot), n.Class, n.Rows, n.Right}}
	}
	// Clipped, so that append copies: both branches go on from the same words.
	return append(n.With.rules(append(slices.Clip(has), n.Word), hasNot), n.Without.rules(has, append(slices.Clip(hasNot), n.Word))...)
}

// tree learns a tree; nil where no word tells classes apart.
func (l *training) tree(ctx context.Context, depth int) *Tree {
	counts := map[string]int{}
	for _, d := range l.rows {
		counts[d.Prediction]++
	}
	if len(l.rows) < leastRows || len(counts) < 2 || counts[""] > 0 {
		return nil
	}
	for name := range counts {
		l.classes = append(l.classes, name)
	}
	slices.SortFunc(l.classes, func(a, b string) int { return byCount(counts[b]-counts[a], a, b) })
	for _, d := range l.rows {
		l.answered = append(l.answered, slices.Index(l.classes, d.Prediction))
	}
	t := &Tree{Root: l.grow(ctx, l.learn, depth)}
	if t.Root.Word == "" {
		return nil
	}
	t.Fidelity = Fidelity{Learned: len(l.learn), HeldOut: len(l.heldOut), R2: jsonfloat.Number(math.NaN())}
	// A tree of depth 0 names the most frequent class of the rows learned from.
	usual, agree, chance := l.grow(ctx, l.learn, 0).Class, 0, 0
	for _, i := range l.heldOut {
		answer := l.classes[l.answered[i]]
		agree += truth(t.Root.class(l, i) == answer)
		chance += truth(usual == answer)
	}
	t.Agreement, t.Chance = share(agree, len(l.heldOut)), share(chance, len(l.heldOut))
	return t
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// share returns a part of so many.
func share(part, of int) jsonfloat.Number { return jsonfloat.Number(float64(part) / float64(of)) }

// class returns what the tree says of row i.
func (n *Node) class(l *training, i int) string {
	for n.Word != "" {
		if l.texts.At(i).Has(slices.Index(l.words, n.Word)) {
			n = n.With
		} else {
			n = n.Without
		}
	}
	return n.Class
}

// grow returns the tree of some rows.
func (l *training) grow(ctx context.Context, rows []int, depth int) *Node {
	counts := l.count(rows)
	// Of classes that are equally frequent the one that is so among all rows, which
	// comes first.
	top := slices.Index(counts, slices.Max(counts))
	n := &Node{Class: l.classes[top], Rows: len(rows), Right: counts[top]}
	// A pure leaf has nothing left to part.
	if depth == 0 || ctx.Err() != nil || n.Right == n.Rows {
		return n
	}
	word, with, without := l.split(rows, counts)
	if word < 0 {
		return n
	}
	n.Word = l.words[word]
	n.With, n.Without = l.grow(ctx, with, depth-1), l.grow(ctx, without, depth-1)
	if n.With.Word == "" && n.Without.Word == "" && n.With.Class == n.Without.Class {
		n.Word, n.With, n.Without = "", nil, nil // says the same either way
	}
	return n
}

// count returns how many of the rows are of each class.
func (l *training) count(rows []int) []int {
	counts := make([]int, len(l.classes))
	for _, i := range rows {
		counts[l.answered[i]]++
	}
	return counts
}

// split finds the word that parts the rows best by class, −1 where none does.
func (l *training) split(rows, counts []int) (word int, with, without []int) {
	having := make([][]int, len(l.words)) // for each word, rows with it by class
	for j := range having {
		having[j] = make([]int, len(l.classes))
	}
	for _, i := range rows {
		for j := range l.texts.At(i).Players() {
			having[j][l.answered[i]]++
		}
	}
	// The sum over both sides is never below that of the whole; rounding alone is
	// no gain.
	best, most := -1, gini(counts)+1e-9
	for j, has := range having {
		hasNot := make([]int, len(counts))
		for c := range counts {
			hasNot[c] = counts[c] - has[c]
		}
		n := sum(has)
		// A leaf of few texts is chance.
		if n < leastTexts || len(rows)-n < leastTexts {
			continue
		}
		if g := gini(has) + gini(hasNot); g > most {
			best, most = j, g
		}
	}
	if best < 0 {
		return best, nil, nil
	}
	for _, i := range rows {
		if l.texts.At(i).Has(best) {
			with = append(with, i)
		} else {
			without = append(without, i)
		}
	}
	return best, with, without
}

// gini returns Σ n²/N over classes: the purer, the larger.
func gini(counts []int) float64 {
	n, squares := sum(counts), 0.0
	if n == 0 {
		return 0
	}
	for _, c := range counts {
		squares += float64(c) * float64(c)
	}
	return squares / float64(n)
}

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}
