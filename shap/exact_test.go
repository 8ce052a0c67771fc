package shap_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/shap"
	"pgregory.net/rapid"
)

// rounding is what sums of all coalitions may differ by.
const rounding = 1e-10

// table is the game of given values, by the bits of the coalition.
func table(players int, values []float64) explain.Game {
	return explain.Func(players, func(c explain.Coalition) float64 { return values[word(c)] })
}

func word(c explain.Coalition) uint64 {
	if len(c) == 0 {
		return 0
	}
	return c[0]
}

func rough(t *rapid.T, players int) []float64 {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	values := make([]float64, 1<<players)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	return values
}

type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func terms(t fatal, e explain.Estimator, g explain.Game) map[int]float64 {
	t.Helper()
	x, err := e.Estimate(testContext, g)
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	found := map[int]float64{}
	for _, term := range x.Terms {
		set := 0
		for _, p := range term.Players {
			set |= 1 << p
		}
		found[set] = term.Score[0]
	}
	return found
}

func TestExactEqualsShapiq(t *testing.T) {
	text, err := os.ReadFile("testdata/indices.json")
	if err != nil {
		t.Fatal(err)
	}
	var games []struct {
		Players int
		Values  []float64
		Indices []struct {
			Index explain.Index
			Order int
			Terms [][2]float64
		}
	}
	if err := json.Unmarshal(text, &games); err != nil {
		t.Fatal(err)
	}
	for _, g := range games {
		for _, want := range g.Indices {
			got := terms(t, shap.Exact{Index: want.Index, Order: want.Order}, table(g.Players, g.Values))
			for _, term := range want.Terms {
				set := int(term[0])
				if set == 0 && want.Index != explain.FBII {
					continue // shapiq lists v(∅), or what was left for it
				}
				score, ok := got[set]
				tolerance := rounding
				if want.Index == explain.FSII {
					tolerance = 1e-8 // shapiq keeps the sum by a large weight, not exactly
				}
				if !ok || math.Abs(score-term[1]) > tolerance {
					t.Errorf("%d players, %v of order %d: term %b is %v, want %v", g.Players, want.Index, want.Order, set, score, term[1])
				}
			}
		}
	}
}

// derivative returns Σ_{L⊆S} (−1)^{|S|−|L|} v(R∪L).
func derivative(values []float64, s, r int) float64 {
	sum := 0.0
	for l := s; ; l = (l - 1) & s {
		if bits.OnesCount(uint(s&^l))%2 == 0 {
			sum += values[r|l]
		} else {
			sum -= values[r|l]
		}
		if l == 0 {
			return sum
		}
	}
}

// TestExactProbabilisticIndices holds those indices that are means of
// derivatives against that definition.
func TestExactProbabilisticIndices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "players")
		values := rough(t, n)
		presence := rapid.Float64Range(0.1, 0.9).Draw(t, "presence")
		sizes := make([]float64, n)
		for s := range sizes {
			sizes[s] = float64(2*(s+1)) / float64(n*(n+1))
		}
		order := min(n, 3)
		for _, c := range []struct {
			exact  shap.Exact
			weight func(size, rest, others int) float64 // of R, where others could be in it
		}{
			{shap.Exact{Index: explain.SII, Order: order}, func(_, r, others int) float64 { return 1 / (float64(others+1) * choose(others, r)) }},
			{shap.Exact{Index: explain.BII, Order: order}, func(_, _, others int) float64 { return math.Ldexp(1, -others) }},
			{shap.Exact{Index: explain.WBV, Presence: presence}, func(_, r, others int) float64 {
				return math.Pow(presence, float64(r)) * math.Pow(1-presence, float64(others-r))
			}},
			{shap.Exact{Index: explain.PV, Sizes: sizes}, func(_, r, others int) float64 { return sizes[r] / choose(others, r) }},
			{shap.Exact{Index: explain.STII, Order: order}, func(size, r, _ int) float64 {
				if size < order {
					return truth(r == 0)
				}
				return float64(order) / (float64(n) * choose(n-1, r))
			}},
			{shap.Exact{Index: explain.Moebius, Order: order}, func(_, r, _ int) float64 { return truth(r == 0) }},
		} {
			for set, got := range terms(t, c.exact, table(n, values)) {
				size, want := bits.OnesCount(uint(set)), 0.0
				for r := range 1 << n {
					if r&set == 0 {
						want += c.weight(size, bits.OnesCount(uint(r)), n-size) * derivative(values, set, r)
					}
				}
				if math.Abs(got-want) > rounding {
					t.Fatalf("%v: term %b is %v, want %v", c.exact.Index, set, got, want)
				}
			}
		}
	})
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return c
}

// TestExactBases: the full Möbius and Fourier coefficients make up the game again.
func TestExactBases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "players")
		values := rough(t, n)
		moebius := terms(t, shap.Exact{Index: explain.Moebius, Order: n}, table(n, values))
		fourier := terms(t, shap.Exact{Index: explain.Fourier, Order: n}, table(n, values))
		for x, want := range values {
			m, f := values[0], 0.0
			for set, c := range moebius {
				if set&^x == 0 {
					m += c
				}
			}
			for set, c := range fourier {
				if bits.OnesCount(uint(set&x))%2 == 1 {
					c = -c
				}
				f += c
			}
			if math.Abs(m-want) > rounding || math.Abs(f-want) > rounding {
				t.Fatalf("coalition %b: %v from Möbius, %v from Fourier coefficients, want %v", x, m, f, want)
			}
		}
	})
}

func TestExactRefuses(t *testing.T) {
	game := func(n int) explain.Game { return explain.Func(n, func(explain.Coalition) float64 { return 0 }) }
	var budget *explain.BudgetError
	for _, n := range []int{shap.MaxExact + 1, 64, 1000} {
		if _, err := (shap.Exact{}).Estimate(testContext, game(n)); !errors.As(err, &budget) {
			t.Errorf("%d players: err = %v", n, err)
		}
	}
	for _, e := range []shap.Exact{
		{Index: explain.LIME}, {Index: explain.SV, Order: 2}, {Index: explain.SII, Order: -1}, {Index: explain.Index(99)},
		{Index: explain.WBV, Presence: 1.5}, {Index: explain.WBV, Presence: math.NaN()},
		{Index: explain.PV}, {Index: explain.PV, Sizes: []float64{0.5, 0.2, 0.2}}, {Index: explain.PV, Sizes: []float64{2, -1, 0}},
	} {
		if x, err := e.Estimate(testContext, game(3)); err == nil {
			t.Errorf("%+v passes and finds %v", e, x.Terms)
		}
	}
	if _, err := (shap.Exact{Index: explain.FSII, Order: 12}).Estimate(testContext, game(24)); err == nil {
		t.Error("millions of terms pass")
	}
}

func ExampleExact() {
	// Two left gloves and a right one: only a pair is worth anything.
	game := explain.Func(3, func(present explain.Coalition) float64 {
		if present.Has(2) && (present.Has(0) || present.Has(1)) {
			return 1
		}
		return 0
	})
	x, err := shap.Exact{}.Estimate(testContext, game)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, term := range x.Terms {
		fmt.Printf("player %d: %.3f\n", term.Players[0], term.Score[0])
	}
	// Output:
	// player 0: 0.167
	// player 1: 0.167
	// player 2: 0.667
}

// TestExactOfManyOutputs: what is held at a time does not grow with the outputs
// of coalitions that there are not.
func TestExactOfManyOutputs(t *testing.T) {
	const outputs = 500_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	x, err := shap.Exact{}.Estimate(t.Context(), wide(outputs))
	if err != nil || len(x.Full) != outputs || x.Terms[0].Score[outputs-1] != 1 {
		t.Fatalf("error %v", err)
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 200*outputs {
		t.Errorf("%d bytes were taken for %d values", after.TotalAlloc-before.TotalAlloc, 2*outputs)
	}
}

// wide is a game of one player, worth one in each of so many outputs.
type wide int

func (wide) Players() int   { return 1 }
func (w wide) Outputs() int { return int(w) }

func (w wide) Value(_ context.Context, dst []float64, batch *explain.Coalitions) error {
	for i, c := range batch.All() {
		for o := range int(w) {
			dst[i*int(w)+o] = float64(c.Size())
		}
	}
	return nil
}
