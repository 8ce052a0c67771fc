package shap

import (
	"container/heap"
	"context"
	"iter"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// owen walks down a tree, best first.
type owen struct {
	name   string
	tree   *explain.Tree
	budget int
}

// estimate walks until the budget is spent or nothing waits.
func (e owen) estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	w, err := e.begin(ctx, g)
	if err != nil {
		return nil, err
	}
	for w.step(ctx, &err) {
	}
	if err != nil {
		return nil, err
	}
	return w.result(), nil
}

// refine yields what is known after each step, the credit that still waits split
// evenly.
func (e owen) refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		w, err := e.begin(ctx, g)
		if err == nil {
			for w.step(ctx, &err) {
				if !yield(w.result(), nil) {
					return
				}
			}
		}
		if err != nil {
			yield(nil, err)
			return
		}
		yield(w.result(), nil)
	}
}

// A walk is a run on its way down a tree.
type walk struct {
	*run
	groups map[*explain.Tree]*group
	queue  visits
	count  int       // visits made up, to number them
	spent  bool      // whether the budget stopped some visit
	scores []float64 // players × outputs
}

// A group is what a walk must know of a node.
type group struct {
	first   int // the place of its leftmost player among the leaves
	members explain.Coalition
	size    int
}

// A visit is to a node with the neighbours of without there, who have some
// share of all that may be there.
// There all of the group's credit is known (f1 − f0) and nothing yet of how it is
// shared within.
type visit struct {
	node         *explain.Tree
	without      explain.Coalition // who is there beside the group
	f0, f1       []float64         // the values of without, and of without and the group
	share        float64
	credit       float64 // largest over outputs of |f1 − f0| · share
	first, count int     // by which ties are broken
}

// begin values the ends and makes the root the first visit: with nobody beside it,
// its credit is all of v(N) − v(∅).
func (e owen) begin(ctx context.Context, g explain.Game) (*walk, error) {
	r, err := begin(ctx, g, e.name, e.budget, 2, 0)
	if err != nil {
		return nil, err
	}
	w := &walk{run: r, groups: map[*explain.Tree]*group{}, scores: make([]float64, r.n*r.k)}
	if e.tree != nil {
		// Members of every node once, rather than at each of the many visits that
		// it gets.
		w.enter(e.tree, 0)
		w.meet(e.tree, explain.NewCoalition(r.n), r.empty, r.full, 1)
	}
	return w, nil
}

// enter makes up the groups of a node and all below it.
func (w *walk) enter(t *explain.Tree, first int) *group {
	g := &group{first: first, members: explain.NewCoalition(w.n), size: 1}
	if t.IsLeaf() {
		g.members.Add(t.Player)
	} else {
		left := w.enter(t.Left, first)
		right := w.enter(t.Right, first+left.size)
		g.members = join(left.members, right.members)
		g.size = left.size + right.size
	}
	w.groups[t] = g
	return g
}

// join returns the union of a and b.
func join(a, b explain.Coalition) explain.Coalition {
	c := slices.Clone(a)
	for i := range c {
		c[i] |= b[i]
	}
	return c
}

// meet hands a player its credit, or lets a group wait for its visit.
func (w *walk) meet(t *explain.Tree, without explain.Coalition, f0, f1 []float64, share float64) {
	if t.IsLeaf() {
		for o := range w.k {
			w.scores[t.Player*w.k+o] += (f1[o] - f0[o]) * share
		}
		return
	}
	credit := 0.0
	for o := range w.k {
		credit = max(credit, math.Abs(f1[o]-f0[o])*share)
	}
	w.count++
	heap.Push(&w.queue, &visit{t, without, f0, f1, share, credit, w.groups[t].first, w.count})
}

// step makes the visits of the largest credit, and reports whether there may be more.
func (w *walk) step(ctx context.Context, fault *error) bool {
	batch := explain.NewCoalitions(w.n, 0)
	fresh := map[string]bool{}
	var going []*visit
	// One at a time would be the best order, and would ask a model for two
	// coalitions a time.
	for range min(1+w.queue.Len()/4, explain.MaxBatch/2) {
		if w.queue.Len() == 0 {
			break
		}
		v := w.queue[0]
		left, right := join(v.without, w.groups[v.node.Left].members), join(v.without, w.groups[v.node.Right].members)
		for _, c := range []explain.Coalition{left, right} {
			if _, known := w.pool.Lookup(c); !known {
				fresh[c.Key()] = true
			}
		}
		// Fresh ones are counted before they are asked for: a visit takes two
		// coalitions or none, so credit always adds up.
		if w.pool.Len()+len(fresh) > w.budget {
			w.spent = true
			break
		}
		heap.Pop(&w.queue)
		going = append(going, v)
		batch.Append(left)
		batch.Append(right)
	}
	values, err := w.value(ctx, batch)
	if err != nil {
		*fault = err
		return false
	}
	for i, v := range going {
		w.divide(v, batch.At(2*i), batch.At(2*i+1), values[2*i*w.k:(2*i+1)*w.k], values[(2*i+1)*w.k:(2*i+2)*w.k])
	}
	return w.queue.Len() > 0 && !w.spent
}

// divide shares a group's credit between its halves, given who is there with
// one half and what that is worth.
// Each half arrives first or second, with equal chances: its credit is the mean of
// what it adds alone and what it adds beside the other, which are two visits of
// half the share.
func (w *walk) divide(v *visit, left, right explain.Coalition, fLeft, fRight []float64) {
	l, r := v.node.Left, v.node.Right
	w.meet(l, v.without, v.f0, fLeft, v.share/2)
	w.meet(r, v.without, v.f0, fRight, v.share/2)
	w.meet(l, right, fRight, v.f1, v.share/2)
	w.meet(r, left, fLeft, v.f1, v.share/2)
}

// result returns the values as they stand: the credit of groups that still
// wait is shared evenly and reported.
func (w *walk) result() *explain.Explanation {
	errs := make([]float64, w.n*w.k)
	if w.queue.Len() > 0 {
		errs = unknown(w.n * w.k)
	}
	x := w.attribute(explain.OV, slices.Clone(w.scores), errs)
	owed := map[*explain.Tree][]float64{}
	var order []*explain.Tree
	waiting := slices.Clone(w.queue)
	// A heap has no order that can be told; sums of floats depend on theirs.
	slices.SortFunc(waiting, func(a, b *visit) int { return a.count - b.count })
	for _, v := range waiting {
		if owed[v.node] == nil {
			owed[v.node] = make([]float64, w.k)
			order = append(order, v.node)
		}
		for o := range w.k {
			owed[v.node][o] += (v.f1[o] - v.f0[o]) * v.share
		}
	}
	slices.SortStableFunc(order, func(a, b *explain.Tree) int { return w.groups[a].first - w.groups[b].first })
	for _, node := range order {
		players := slices.Collect(w.groups[node].members.Players())
		for _, p := range players {
			for o, amount := range owed[node] {
				x.Terms[p].Score[o] += amount / float64(len(players))
			}
		}
		x.Unresolved = append(x.Unresolved, explain.Term{Players: players, Score: owed[node]})
	}
	return x
}

// visits is a queue of which the first has the largest credit; among like ones
// the leftmost group comes first, then who waits longest.
type visits []*visit

func (q visits) Len() int      { return len(q) }
func (q visits) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

func (q visits) Less(i, j int) bool {
	a, b := q[i], q[j]
	if a.credit != b.credit {
		return a.credit > b.credit
	}
	if a.first != b.first {
		return a.first < b.first
	}
	return a.count < b.count
}

func (q *visits) Push(v any) { *q = append(*q, v.(*visit)) }

func (q *visits) Pop() any {
	old := *q
	v := old[len(old)-1]
	*q = old[:len(old)-1]
	return v
}
