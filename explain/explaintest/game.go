package explaintest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// TestGame checks that g keeps the contract of games: values are numbers, the
// same bits whatever else is in the batch and in which order, the batch is left
// as it was, and a cancelled context is an error. It values some fifty
// coalitions, each about three times.
// Bits are compared, not numbers within a tolerance: caches and the dropping of
// doubles rest on values being the same whenever they are asked for.
func TestGame(t *testing.T, g explain.Game) {
	batch := sample(g.Players(), 48)
	before := key(slices.Concat(rows(batch)...))
	values := ask(t, g, batch)
	if key(slices.Concat(rows(batch)...)) != before {
		t.Error("the game changed the coalitions it was asked for")
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("coalition %v is worth %v", batch.At(i/g.Outputs()), v)
		}
	}
	k := g.Outputs()
	backwards := explain.NewCoalitions(g.Players(), batch.Len())
	for i := range batch.Len() {
		backwards.Append(batch.At(batch.Len() - 1 - i))
		if alone := ask(t, g, batch.Slice(i, i+1)); !sameBits(alone, values[i*k:(i+1)*k]) {
			t.Errorf("coalition %v alone is worth %v, in a batch %v", batch.At(i), alone, values[i*k:(i+1)*k])
		}
	}
	turned := ask(t, g, backwards)
	for i := range batch.Len() {
		if j := batch.Len() - 1 - i; !sameBits(values[i*k:(i+1)*k], turned[j*k:(j+1)*k]) {
			t.Errorf("coalition %v has another value when the batch is turned round", batch.At(i))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Value(ctx, make([]float64, len(values)), batch); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: err = %v", err)
	}
}

// sample returns ∅, N and random coalitions of all sizes, count in all, one of them twice.
func sample(players, count int) *explain.Coalitions {
	rng := rand.New(rand.NewPCG(1, 2))
	batch := explain.NewCoalitions(players, count)
	batch.Append(explain.NewCoalition(players))
	batch.Append(explain.Grand(players))
	for batch.Len() < count-1 {
		size := rng.IntN(players + 1)
		batch.Append(explain.NewCoalition(players, rng.Perm(players)[:size]...))
	}
	batch.Append(batch.At(2))
	return batch
}

func rows(batch *explain.Coalitions) []explain.Coalition {
	all := make([]explain.Coalition, 0, batch.Len())
	for _, c := range batch.All() {
		all = append(all, c)
	}
	return all
}

func ask(t *testing.T, g explain.Game, batch *explain.Coalitions) []float64 {
	t.Helper()
	dst := make([]float64, batch.Len()*g.Outputs())
	if err := g.Value(t.Context(), dst, batch); err != nil {
		t.Fatal(err)
	}
	return dst
}
