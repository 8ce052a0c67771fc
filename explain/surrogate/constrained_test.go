package surrogate_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// shapiq keeps the sum by a large weight, not exactly.
const shapiqTolerance = 2e-6

func TestConstrainedEqualsShapiq(t *testing.T) {
	text, err := os.ReadFile("testdata/constrained.json")
	if err != nil {
		t.Fatal(err)
	}
	var problems []struct {
		Players                  int
		Empty, Full              float64
		Coalitions               []uint64
		Weights, Values, Shapley []float64
	}
	if err := json.Unmarshal(text, &problems); err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		rows := explain.NewCoalitions(p.Players, len(p.Coalitions))
		for _, c := range p.Coalitions {
			rows.Append(explain.Coalition{c})
		}
		floats.AddConst(-p.Empty, p.Values)
		fit := constrained(t, rows, p.Weights, p.Values, []float64{p.Full - p.Empty})
		for i, got := range fit.Coefficients(0) {
			if math.Abs(got-p.Shapley[i]) > shapiqTolerance {
				t.Errorf("%d players: player %d has %v, want %v", p.Players, i, got, p.Shapley[i])
			}
		}
	}
}

func constrained(t interface {
	Helper()
	Fatal(...any)
}, rows *explain.Coalitions, weights, values, total []float64) *surrogate.Constrained {
	t.Helper()
	m := surrogate.NewMoments(rows.Players(), len(total))
	if err := m.Add(rows, weights, values); err != nil {
		t.Fatal(err)
	}
	fit, err := m.Constrained(total)
	if err != nil {
		t.Fatal(err)
	}
	return fit
}

type regression struct {
	players, outputs       int
	rows                   *explain.Coalitions
	weights, values, total []float64
}

func draw(t *rapid.T, players, count int) regression {
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	r := regression{players: players, outputs: 2, rows: explain.NewCoalitions(players, count)}
	for range count {
		c := explain.NewCoalition(players)
		for p := range players {
			if rng.IntN(2) == 0 {
				c.Add(p)
			}
		}
		r.rows.Append(c)
		r.weights = append(r.weights, rng.ExpFloat64()+0.1)
		r.values = append(r.values, rng.NormFloat64(), 100+rng.NormFloat64())
	}
	r.total = []float64{rng.NormFloat64(), 10}
	return r
}

// kkt solves the fit of an output by the equations of its Lagrangian.
func (r regression) kkt(t *rapid.T, output int, without ...int) []float64 {
	n := r.players
	a, b := mat.NewDense(n+1, n+1, nil), mat.NewVecDense(n+1, nil)
	for i, c := range r.rows.All() {
		if slices.Contains(without, i) {
			continue
		}
		for p := range c.Players() {
			for q := range c.Players() {
				a.Set(p, q, a.At(p, q)+r.weights[i])
			}
			b.SetVec(p, b.AtVec(p)+r.weights[i]*r.values[2*i+output])
		}
	}
	for p := range n {
		a.Set(p, n, 1)
		a.Set(n, p, 1)
	}
	b.SetVec(n, r.total[output])
	var x mat.VecDense
	if err := x.SolveVec(a, b); err != nil {
		t.Fatal(err)
	}
	return x.RawVector().Data[:n]
}

func TestConstrainedSolvesTheLagrangian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		players := rapid.IntRange(1, 9).Draw(t, "players")
		r := draw(t, players, 4*players+8)
		fit := constrained(t, r.rows, r.weights, r.values, r.total)
		deviations := fit.Deviations(r.rows, 1, r.weights, r.values)
		grouped := fit.Deviations(r.rows, 2, r.weights, r.values)
		for o := range r.outputs {
			if got, want := fit.Coefficients(o), r.kkt(t, o); !floats.EqualApprox(got, want, 1e-8) {
				t.Fatalf("output %d: %v, want %v", o, got, want)
			}
			for _, c := range []struct {
				got     float64
				without []int
			}{{deviations[2*3+o], []int{3}}, {grouped[2*3+o], []int{2, 3}}} {
				left := r.kkt(t, o, c.without...)
				want := r.values[2*3+o]
				for p := range r.rows.At(3).Players() {
					want -= left[p]
				}
				if math.Abs(c.got-want) > 1e-6*(1+math.Abs(want)) {
					t.Fatalf("row 3 deviates by %v from the fit without rows %v, want %v", c.got, c.without, want)
				}
			}
		}
	})
}

func TestConstrainedStdErrIsTheSandwich(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 5
		r := draw(t, n, 30)
		fit := constrained(t, r.rows, r.weights, r.values, r.total)
		chance := make([]float64, 30)
		for i := range 20 { // ten rows are certain
			chance[i] = 0.5
		}
		deviations := fit.Deviations(r.rows, 1, r.weights, r.values)
		got := fit.StdErr(r.rows, 1, r.weights, chance, deviations)
		// A coefficient moves by w·pull·e when a row's weight grows by a share; a
		// numerical derivative says the same.
		base := fit.Coefficients(0)
		want := make([]float64, n)
		for i := range 20 {
			const step = 1e-6
			w := append([]float64{}, r.weights...)
			w[i] *= 1 + step
			moved := constrained(t, r.rows, w, r.values, r.total).Coefficients(0)
			e := r.values[2*i]
			for p := range r.rows.At(i).Players() {
				e -= base[p]
			}
			for p := range n {
				d := (moved[p] - base[p]) / step / e * deviations[2*i]
				want[p] += 0.5 * d * d
			}
		}
		for p := range n {
			if w := math.Sqrt(want[p]); math.Abs(got[2*p]-w) > 1e-3*w {
				t.Fatalf("player %d: %v, want %v", p, got[2*p], w)
			}
		}
	})
}

func TestConstrainedWithTooFewCoalitions(t *testing.T) {
	rows := explain.NewCoalitions(3, 1)
	rows.Append(explain.NewCoalition(3, 0))
	fit := constrained(t, rows, []float64{2}, []float64{5}, []float64{6})
	if got := fit.Coefficients(0); !floats.EqualApprox(got, []float64{5, 0.5, 0.5}, 1e-9) {
		t.Errorf("coefficients %v: what one coalition leaves open is not shared evenly", got)
	}
	for _, se := range fit.StdErr(rows, 1, []float64{2}, []float64{1}, fit.Residuals(rows, []float64{5})) {
		if !math.IsNaN(se) {
			t.Errorf("standard error %v of a coefficient that nothing determines", se)
		}
	}
	none := constrained(t, explain.NewCoalitions(3, 0), nil, nil, []float64{6})
	if got := none.Coefficients(0); !floats.EqualApprox(got, []float64{2, 2, 2}, 1e-12) {
		t.Errorf("coefficients without coalitions: %v", got)
	}
}

func TestConstrainedRefusesNaN(t *testing.T) {
	m := surrogate.NewMoments(2, 1)
	rows := explain.NewCoalitions(2, 2)
	rows.Append(explain.NewCoalition(2, 0))
	rows.Append(explain.NewCoalition(2, 1))
	if err := m.Add(rows, []float64{1, 1}, []float64{1, math.NaN()}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Constrained([]float64{1}); err == nil {
		t.Error("a NaN passes")
	}
}
