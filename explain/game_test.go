package explain_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// size is the game that values a coalition by its size.
func size(players int) explain.Game {
	return explain.Func(players, func(c explain.Coalition) float64 { return float64(c.Size()) })
}

func batch(players int, rows ...[]int) *explain.Coalitions {
	b := explain.NewCoalitions(players, len(rows))
	for _, present := range rows {
		b.Append(explain.NewCoalition(players, present...))
	}
	return b
}

func TestCacheAsksOnce(t *testing.T) {
	asked := 0
	pool := explain.Cache(explain.Observe(size(3), func(n int) { asked += n }))
	for range 2 {
		got := make([]float64, 4)
		if err := pool.Value(t.Context(), got, batch(3, []int{0}, []int{0, 2}, []int{0}, nil)); err != nil {
			t.Fatal(err)
		}
		if want := []float64{1, 2, 1, 0}; !slices.Equal(got, want) {
			t.Errorf("values = %v, want %v", got, want)
		}
	}
	if asked != 3 || pool.Len() != 3 {
		t.Errorf("the game was asked for %d coalitions, the pool holds %d; want 3", asked, pool.Len())
	}
	if v, ok := pool.Lookup(explain.NewCoalition(3, 0, 2)); !ok || v[0] != 2 {
		t.Errorf("Lookup({0, 2}) = %v, %v", v, ok)
	}
	if _, ok := pool.Lookup(explain.Grand(3)); ok {
		t.Error("the pool knows a coalition that nobody asked for")
	}
	if explain.Cache(pool) != pool {
		t.Error("a pool in a pool")
	}
}

// broken is a game that cannot value anything.
type broken struct{ explain.Game }

func (broken) Value(context.Context, []float64, *explain.Coalitions) error {
	return errors.New("broken")
}

func TestCacheKeepsNothingOfABatchThatFailed(t *testing.T) {
	pool := explain.Cache(broken{size(3)})
	if err := pool.Value(t.Context(), make([]float64, 1), batch(3, []int{1})); err == nil {
		t.Error("a game that fails has a value")
	}
	if _, ok := pool.Lookup(explain.NewCoalition(3, 1)); ok || pool.Len() != 0 {
		t.Errorf("the batch that failed left %d coalitions", pool.Len())
	}
}

func TestFuncStopsOnCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := explain.Func(2, func(explain.Coalition) float64 { cancel(); return 0 })
	err := g.Value(ctx, make([]float64, 2), batch(2, nil, []int{0}))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

// named is a game that can tell what it is about.
type named struct{ explain.Game }

func (named) Describe(x *explain.Explanation) { x.Players[1].Text = "one" }

func TestNewExplanationFindsTheDescriber(t *testing.T) {
	g := explain.Cache(explain.Check(explain.Observe(named{size(2)}, func(int) {})))
	if x := explain.NewExplanation(g, explain.SV); x.Players[1].Text != "one" {
		t.Errorf("players = %v", x.Players)
	}
	if x := explain.NewExplanation(size(2), explain.SV); len(x.Players) != 2 {
		t.Errorf("a bare game of two has players %v", x.Players)
	}
}
