package shap

import (
	"context"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// How forests grow. Found on games of language, image and tabular models; none
// of it is critical.
const (
	treeDepth = 4
	treeRate  = 0.3 // how much of a tree is believed
	treeRidge = 1   // rows of value zero that every leaf is thought to hold
	mostTrees = 300
	patience  = 15 // rounds of growing without getting better on rows held out
	folds     = 5
)

// boosting fits sums of small regression trees on the presence of players, one
// tree on what the ones before leave over (Friedman 2001). Nothing is drawn.
// Rows come in pairs, which are held out together; the last is never held out.
type boosting struct {
	rows    *explain.Coalitions
	targets []float64
}

// fit grows as many trees as predict rows held out best. It returns them, what
// they leave over of the targets, and what trees leave over that have not seen the row.
// How many trees there are to be is found by cross-validation, each fold with a
// forest of its own, all grown a tree at a time; the forest of all rows is then
// grown as far.
func (b boosting) fit(ctx context.Context) (trees []*tree, rest, held []float64, err error) {
	pairs := b.rows.Len()/2 - 1
	forests := make([]*forest, folds)
	for fold := range forests {
		var seen []int
		for i := range pairs + 1 {
			// Pair number pairs is that of ∅ and N, which every fit must know.
			if i%folds != fold || i == pairs {
				seen = append(seen, 2*i, 2*i+1)
			}
		}
		forests[fold] = b.forest(seen)
	}
	rounds := 0
	least := math.Inf(1)
	for round := 0; round <= mostTrees && round-rounds <= patience; round++ {
		loss := 0.0
		for i := range 2 * pairs {
			left := forests[i/2%folds].rest[i]
			loss += left * left
		}
		if loss < least {
			least, rounds = loss, round
			held = held[:0]
			for i := range b.targets {
				held = append(held, forests[i/2%folds].rest[i])
			}
		}
		for _, f := range forests {
			f.grow()
		}
		if err := ctx.Err(); err != nil { // many trees take longer than many a model
			return nil, nil, nil, err
		}
	}
	all := make([]int, b.rows.Len())
	for i := range all {
		all[i] = i
	}
	f := b.forest(all)
	for range rounds {
		f.grow()
	}
	return f.trees, f.rest, held, nil
}

// A tree asks for a player and goes on to absent or present; a leaf has no
// children and a value.
type tree struct {
	player          int
	absent, present *tree
	value           float64
}

// at returns the value of a coalition.
func (t *tree) at(c explain.Coalition) float64 {
	for t.absent != nil {
		if c.Has(t.player) {
			t = t.present
		} else {
			t = t.absent
		}
	}
	return t.value
}

// A forest is a sum of trees that grows on some of the rows.
type forest struct {
	rows  *explain.Coalitions
	seen  []int // the rows it grows on
	trees []*tree
	rest  []float64 // by row, seen or not: what the trees leave over
	order []int     // scratch: rows by leaf
	bins  []bin     // scratch of tallies: sixteen for every four players
}

func (b boosting) forest(seen []int) *forest {
	return &forest{rows: b.rows, seen: seen, rest: slices.Clone(b.targets), order: make([]int, len(seen)),
		bins: make([]bin, (b.rows.Players()+3)/4<<4)}
}

// A tally holds, for every player, how many rows have it and what is left over in them.
type tally struct {
	count, sum  []float64 // by player
	rows, total float64
}

// tally counts rows. It sorts them by every four players into sixteen bins and
// adds the bins up, which is less work than to look at each player of each row.
func (f *forest) tally(rows []int) tally {
	n := f.rows.Players()
	t := tally{count: make([]float64, n), sum: make([]float64, n), rows: float64(len(rows))}
	quads := (n + 3) / 4
	clear(f.bins)
	for _, i := range rows {
		left := f.rest[i]
		t.total += left
		c := f.rows.At(i)
		var word uint64
		for q := range quads {
			if q%16 == 0 {
				word = c[q/16]
			}
			bin := &f.bins[q<<4|int(word&15)]
			bin.count++
			bin.sum += left
			word >>= 4
		}
	}
	for p := range n {
		bins := f.bins[p/4<<4 : (p/4+1)<<4]
		for s := range bins {
			if s>>(p%4)&1 != 0 {
				t.count[p] += bins[s].count
				t.sum[p] += bins[s].sum
			}
		}
	}
	return t
}

// A bin holds the rows that have certain of four players.
type bin struct{ count, sum float64 }

// without returns the tally of those rows of t that are not among s.
func (t tally) without(s tally) tally {
	d := tally{make([]float64, len(t.count)), make([]float64, len(t.sum)), t.rows - s.rows, t.total - s.total}
	for p := range t.count {
		d.count[p], d.sum[p] = t.count[p]-s.count[p], t.sum[p]-s.sum[p]
	}
	return d
}

// grow adds a tree, unless there is nothing to gain by one.
func (f *forest) grow() {
	copy(f.order, f.seen)
	t := f.split(f.order, f.tally(f.order), treeDepth)
	if t.absent == nil {
		return
	}
	f.trees = append(f.trees, t)
	for i, c := range f.rows.All() {
		f.rest[i] -= t.at(c)
	}
}

// split grows a node on rows, which it reorders.
func (f *forest) split(rows []int, t tally, depth int) *tree {
	player := -1
	if depth > 0 {
		player = f.best(t)
	}
	if player < 0 {
		// Shrunk twice: toward zero by the ridge where the leaf has few rows, and
		// by the rate, so that later trees can mend what earlier ones got wrong.
		return &tree{value: treeRate * t.total / (t.rows + treeRidge)}
	}
	cut := 0
	for at, i := range rows {
		if !f.rows.At(i).Has(player) {
			rows[at], rows[cut] = rows[cut], i
			cut++
		}
	}
	absent, present := rows[:cut], rows[cut:]
	var a, p tally
	switch { // count the fewer rows
	// Leaves need sums only, not the tally by players.
	case depth == 1:
		p = tally{rows: t.count[player], total: t.sum[player]}
		a = tally{rows: t.rows - p.rows, total: t.total - p.total}
	case len(absent) < len(present):
		a = f.tally(absent)
		p = t.without(a)
	default:
		p = f.tally(present)
		a = t.without(p)
	}
	return &tree{player: player, absent: f.split(absent, a, depth-1), present: f.split(present, p, depth-1)}
}

// best returns the player by whom the rows are best split, −1 where no split gains anything.
func (f *forest) best(t tally) int {
	const least = 1e-12 // of the sum of squares: less is rounding
	// The gain of a split in squared error is Σ total²/(rows+ridge) over its sides
	// less that of the whole (as in XGBoost, Chen & Guestrin 2016, eq. 7, for
	// squared loss).
	player, most := -1, t.total*t.total/(t.rows+treeRidge)*(1+least)
	for p, count := range t.count {
		if count == 0 || count == t.rows {
			continue
		}
		there, gone := t.sum[p], t.total-t.sum[p]
		if gain := there*there/(count+treeRidge) + gone*gone/(t.rows-count+treeRidge); gain > most {
			player, most = p, gain
		}
	}
	return player
}
