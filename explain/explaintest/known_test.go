package explaintest

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// orders returns the Shapley values by their definition: a player's marginal
// contribution, averaged over all orders of arrival.
func orders(t *testing.T, g explain.Game) []float64 {
	n := g.Players()
	value := func(c explain.Coalition) float64 {
		batch := explain.NewCoalitions(n, 1)
		batch.Append(c)
		dst := make([]float64, 1)
		if err := g.Value(t.Context(), dst, batch); err != nil {
			t.Fatal(err)
		}
		return dst[0]
	}
	phi, count := make([]float64, n), 0.0
	var arrive func(present explain.Coalition)
	marginal := make([]float64, n)
	arrive = func(present explain.Coalition) {
		if present.Size() == n {
			count++
			for p, m := range marginal {
				phi[p] += m
			}
			return
		}
		before := value(present)
		for p := range n {
			if !present.Has(p) {
				present.Add(p)
				marginal[p] = value(present) - before
				arrive(present)
				present.Remove(p)
			}
		}
	}
	arrive(explain.NewCoalition(n))
	for p := range phi {
		phi[p] /= count
	}
	return phi
}

func TestKnownValuesAreThoseOfAllOrders(t *testing.T) {
	for _, g := range Small() {
		want := orders(t, g)
		for p, got := range g.Shapley {
			if math.Abs(got-want[p]) > 1e-12 {
				t.Errorf("%s: player %d has %v, want %v", g.Name, p, got, want[p])
			}
		}
	}
}

func TestRandomHasTwinsAndANullPlayer(t *testing.T) {
	g := Random(7, 9, 4, 40)
	rng := rand.New(rand.NewPCG(1, 1))
	batch := explain.NewCoalitions(9, 4)
	for range 100 {
		c := explain.Coalition{rng.Uint64() & (1<<9 - 1)}
		c.Remove(8)
		c.Remove(0)
		c.Add(1)
		batch.Reset()
		batch.Append(c)
		c.Add(8)
		batch.Append(c)
		c.Add(0)
		c.Remove(1)
		batch.Append(c)
		dst := make([]float64, 3)
		if err := g.Value(t.Context(), dst, batch); err != nil {
			t.Fatal(err)
		}
		if dst[0] != dst[1] || math.Abs(dst[1]-dst[2]) > 1e-12 {
			t.Fatalf("values %v: the last player matters, or the first two differ", dst)
		}
	}
}
