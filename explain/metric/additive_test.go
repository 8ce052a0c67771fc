package metric_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

// scored returns an explanation of g with the scores given.
func scored(g explain.Game, baseline float64, scores ...float64) *explain.Explanation {
	x := explain.NewExplanation(g, explain.SV)
	x.Baseline, x.Full = []float64{baseline}, []float64{baseline}
	for p, s := range scores {
		x.Terms = append(x.Terms, explain.Term{Players: []int{p}, Score: []float64{s}, Err: []float64{0}})
		x.Full[0] += s
	}
	return x
}

// weights returns an additive game and what its players are worth.
func weights(n int) (explain.Game, []float64) {
	w := make([]float64, n)
	for p := range w {
		w[p] = math.Sin(float64(p) + 1)
	}
	return explain.Func(n, func(c explain.Coalition) float64 {
		sum := 0.5
		for p := range c.Players() {
			sum += w[p]
		}
		return sum
	}), w
}

func measure(t testing.TB, a metric.AdditiveFit, g explain.Game, x *explain.Explanation) *explain.Quality {
	t.Helper()
	q, err := a.Measure(context.Background(), g, x)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestAdditiveGameFitsWholly(t *testing.T) {
	g, w := weights(20)
	q := measure(t, metric.AdditiveFit{}, g, scored(g, 0.5, w...))
	if math.Abs(q.R2[0]-1) > 1e-12 || !q.HeldOut || q.Coalitions != 32 {
		t.Errorf("%+v, want R² 1 on 32 held-out coalitions", q)
	}
}

// TestFitOnMean: a prediction that is always the mean of the values explains nothing.
func TestFitOnMean(t *testing.T) {
	g := explain.Func(3, func(c explain.Coalition) float64 { return float64(c.Size()) })
	pool := valueAll(t, g)
	q := measure(t, metric.AdditiveFit{}, pool, scored(g, 1.5, 0, 0, 0))
	if math.Abs(q.R2[0]) > 1e-12 || q.HeldOut || q.Coalitions != 6 {
		t.Errorf("%+v, want R² 0 on the 6 coalitions between the empty and the full one", q)
	}
}

// valueAll returns a pool that knows every coalition of g.
func valueAll(t testing.TB, g explain.Game) *explain.Pool {
	t.Helper()
	pool := explain.Cache(g)
	all := explain.NewCoalitions(g.Players(), 1<<g.Players())
	for bits := range uint64(1) << g.Players() {
		all.Append(explain.Coalition{bits})
	}
	if err := pool.Value(context.Background(), make([]float64, all.Len()*g.Outputs()), all); err != nil {
		t.Fatal(err)
	}
	return pool
}

// TestFreshOnly: what the pool knew has no part in a held-out fit, nor is it valued again.
func TestFreshOnly(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(5, 70).Draw(r, "players")
		asked := map[string]int{}
		g := explain.Func(n, func(c explain.Coalition) float64 {
			asked[c.Key()]++
			return float64(c.Size() % 3)
		})
		pool := explain.Cache(g)
		known := explain.NewCoalitions(n, 0)
		for range rapid.IntRange(0, 20).Draw(r, "known") {
			c := explain.NewCoalition(n)
			for p := range n {
				if rapid.Bool().Draw(r, "present") {
					c.Add(p)
				}
			}
			known.Append(c)
		}
		if err := pool.Value(context.Background(), make([]float64, known.Len()), known); err != nil {
			r.Fatal(err)
		}
		before := pool.Len()
		q := measure(t, metric.AdditiveFit{Coalitions: 16, Seed: 7}, pool, scored(g, 0, make([]float64, n)...))
		if q.HeldOut && q.Coalitions != pool.Len()-before {
			r.Errorf("measured on %d, valued %d", q.Coalitions, pool.Len()-before)
		}
		if !q.HeldOut && pool.Len() != before {
			r.Errorf("valued %d coalitions and did not use them", pool.Len()-before)
		}
		for key, times := range asked {
			if times != 1 {
				r.Errorf("coalition %x valued %d times", key, times)
			}
		}
	})
}

func TestFitRepeats(t *testing.T) {
	g := explain.Func(30, func(c explain.Coalition) float64 { return math.Sqrt(float64(c.Size())) })
	x := scored(g, 0, make([]float64, 30)...)
	a := measure(t, metric.AdditiveFit{Seed: 1}, g, x)
	b := measure(t, metric.AdditiveFit{Seed: 1}, g, x)
	c := measure(t, metric.AdditiveFit{Seed: 2}, g, x)
	if a.R2[0] != b.R2[0] || a.R2[0] == c.R2[0] {
		t.Errorf("R² %v and %v of one seed, %v of another", a.R2, b.R2, c.R2)
	}
}

func TestFitOfConstantGame(t *testing.T) {
	g := explain.Func(12, func(explain.Coalition) float64 { return 4 })
	if q := measure(t, metric.AdditiveFit{}, g, scored(g, 4, make([]float64, 12)...)); !math.IsNaN(q.R2[0]) {
		t.Errorf("R² %v of values that do not vary, want NaN", q.R2)
	}
}

// TestFitCountsInteractions: with the terms of its Möbius transform a game is
// predicted wholly, without the pair it is not.
func TestFitCountsInteractions(t *testing.T) {
	g := explain.Func(10, func(c explain.Coalition) float64 {
		if c.Has(2) && c.Has(5) {
			return 3
		}
		return 0
	})
	x := scored(g, 0, make([]float64, 10)...)
	alone := measure(t, metric.AdditiveFit{}, g, x)
	x.Order = 2
	x.Terms = append(x.Terms, explain.Term{Players: []int{2, 5}, Score: []float64{3}, Err: []float64{0}})
	with := measure(t, metric.AdditiveFit{}, g, x)
	if alone.R2[0] > 0 || with.R2[0] != 1 {
		t.Errorf("R² %v without the pair and %v with it", alone.R2, with.R2)
	}
}

// TestKnownFitWeighsSizesAlike: what is measured on all that is known is what
// fresh coalitions of uniform sizes tend to.
func TestKnownFitWeighsSizesAlike(t *testing.T) {
	g := explain.Func(12, func(c explain.Coalition) float64 { return math.Sqrt(float64(c.Size())) + float64(c[0]%7) })
	x := scored(g, 0, 1, 1, 1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0)
	known := measure(t, metric.AdditiveFit{}, valueAll(t, g), x)
	fresh := measure(t, metric.AdditiveFit{Coalitions: 1500, Seed: 1}, g, x)
	if known.HeldOut || !fresh.HeldOut || math.Abs(known.R2[0]-fresh.R2[0]) > 0.1 {
		t.Errorf("R² %v on all, %v on fresh ones", known.R2, fresh.R2)
	}
}

func TestFitTakesConstantTerm(t *testing.T) {
	g, w := weights(12)
	x := scored(g, 100, w...)
	x.Terms = append(x.Terms, explain.Term{Score: []float64{0.5}, Err: []float64{0}})
	if q := measure(t, metric.AdditiveFit{}, g, x); math.Abs(q.R2[0]-1) > 1e-12 {
		t.Errorf("R² %v, want 1", q.R2)
	}
}

func TestFitTakesInterceptOfSurrogate(t *testing.T) {
	g, w := weights(12)
	x := scored(g, 100, w...)
	x.Surrogate = &explain.Surrogate{Intercept: []float64{0.5}}
	if q := measure(t, metric.AdditiveFit{}, g, x); math.Abs(q.R2[0]-1) > 1e-12 {
		t.Errorf("R² %v, want 1", q.R2)
	}
}

func TestFitOfNobody(t *testing.T) {
	for n := range 2 {
		g, w := weights(n)
		q := measure(t, metric.AdditiveFit{}, valueAll(t, g), scored(g, 0.5, w...))
		if q.HeldOut || q.Coalitions != 0 || !math.IsNaN(q.R2[0]) {
			t.Errorf("%d players: %+v", n, q)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	g, w := weights(4)
	other, _ := weights(5)
	if _, err := (metric.AdditiveFit{}).Measure(context.Background(), other, scored(g, 0, w...)); err == nil {
		t.Error("an explanation of another game was measured")
	}
	x := scored(g, 0, w...)
	x.Index = explain.Fourier
	if _, err := (metric.AdditiveFit{}).Measure(context.Background(), g, x); err == nil {
		t.Error("Fourier coefficients were taken for shares")
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := (metric.AdditiveFit{}).Measure(stopped, g, scored(g, 0, w...)); err == nil {
		t.Error("a canceled context was ignored")
	}
}
