package shap

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/whence-xai/whence/explain"
	"pgregory.net/rapid"
)

// learn returns a game of random values and the boosting of all its coalitions, in
// complementary pairs, the ends last.
func learn(t *rapid.T, players int) (values []float64, b boosting) {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	values = make([]float64, 1<<players)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	b.rows = explain.NewCoalitions(players, len(values))
	for i := len(values)/2 - 1; i >= 0; i-- {
		for _, c := range []int{len(values) - 1 - i, i} {
			b.rows.Append(explain.Coalition{uint64(c)})
			b.targets = append(b.targets, values[c])
		}
	}
	return values, b
}

// TestPolynomialIsTheTrees: the Möbius coefficients of trees make up the sum of
// their answers, and the indices that follow are those of that game.
func TestPolynomialIsTheTrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const players = 6
		_, b := learn(t, players)
		f := b.forest([]int{0, 1, 4, 5, 6, 7, 20, 21, 22, 23, 30, 31, 40, 41, 62, 63})
		for range 20 {
			f.grow()
		}
		game := polynomial{}
		for _, tree := range f.trees {
			game.add(tree, noPlayers, nil)
		}
		answer := func(c explain.Coalition) float64 {
			sum := 0.0
			for _, tree := range f.trees {
				sum += tree.at(c)
			}
			return sum
		}
		for i, c := range b.rows.All() {
			if got := b.targets[i] - f.rest[i]; math.Abs(got-answer(c)) > 1e-9 {
				t.Fatalf("coalition %b: the trees answer %v, the forest kept %v", c, answer(c), got)
			}
		}
		for _, index := range []explain.Index{explain.SV, explain.BV, explain.SII, explain.KSII, explain.STII, explain.FSII, explain.FBII, explain.Fourier} {
			d, err := Exact{Index: index}.definition(players)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Exact{Index: index}.Estimate(t.Context(), explain.Func(players, answer))
			if err != nil {
				t.Fatal(err)
			}
			got := game.index(d)
			for _, term := range want.Terms {
				set := noPlayers
				for _, p := range term.Players {
					set = set.with(p)
				}
				if math.Abs(got[set]-term.Score[0]) > 1e-9 {
					t.Fatalf("%v of %v is %v, want %v", index, term.Players, got[set], term.Score[0])
				}
			}
		}
	})
}

// TestForestLearns: a game of few interactions is found from part of its coalitions.
func TestForestLearns(t *testing.T) {
	const players = 10
	b := boosting{rows: explain.NewCoalitions(players, 0)}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 150 {
		c := explain.Coalition{rng.Uint64() & (1<<players - 1)}
		for range 2 {
			b.rows.Append(c)
			v := 0.0
			if c.Has(2) && c.Has(5) {
				v = 3
			}
			if c.Has(7) {
				v--
			}
			b.targets = append(b.targets, v)
			c.Complement(c, players)
		}
	}
	square, left := 0.0, 0.0
	_, _, held, err := b.fit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range b.targets {
		square += y * y
		left += held[i] * held[i]
	}
	if left > 0.02*square {
		t.Errorf("trees leave %.3f of the squares of coalitions that they have not seen", left/square)
	}
}

// TestBoostingEnds: for whoever has gone, no more trees are grown.
func TestBoostingEnds(t *testing.T) {
	b := boosting{rows: explain.NewCoalitions(2, 4)}
	for _, present := range [][]int{{0}, {1}, {}, {0, 1}} {
		b.rows.Append(explain.NewCoalition(2, present...))
		b.targets = append(b.targets, float64(len(present)))
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if trees, _, _, err := b.fit(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("%d trees, %v", len(trees), err)
	}
}
