package lime

import (
	"math"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/stored"
	"github.com/whence-xai/whence/explain/surrogate"
)

// TestCoverage draws many samples of a real game (masked word pieces of a review,
// log-odds of a classifier) and counts how often score ± 1.96 errors covers
// what the scores estimate: the coefficients of the same fit on the expected
// sample, every coalition with the weight that it has on average.
func TestCoverage(t *testing.T) {
	g, err := stored.Open("testdata/mini12_00.npz")
	if err != nil {
		t.Fatal(err)
	}
	const seeds = 60
	covered, intervals := 0, 0
	for _, multiple := range []int{5, 10, 20, 40} {
		l := Lime{Samples: multiple * g.Players()}
		want := expected(t, l, g)
		for seed := range uint64(seeds) {
			l.Seed = seed
			for p, term := range estimate(t, l, g).Terms {
				if math.Abs(term.Score[0]-want[p]) <= 1.96*term.Err[0] {
					covered++
				}
				intervals++
			}
		}
	}
	if share := float64(covered) / float64(intervals); share < 0.93 || share > 0.97 {
		t.Errorf("%.3f of %d intervals at 95 %% cover", share, intervals)
	}
}

// expected returns the coefficients of the fit on the expected sample.
func expected(t *testing.T, l Lime, g explain.Game) []float64 {
	t.Helper()
	n := g.Players()
	rows := explain.NewCoalitions(n, 1<<n)
	var weights []float64
	everybody := make([]int, n)
	for p := range everybody {
		everybody[p] = p
	}
	sizes := binomials(n)
	for bits := range uint64(1) << n {
		c := explain.Coalition{bits}
		rows.Append(c)
		w := 1.0
		if k := c.Size(); k < n {
			w = float64(l.Samples-1) / float64(n) / sizes[k]
		}
		weights = append(weights, w*Cosine(25)(c, n))
	}
	values := make([]float64, rows.Len())
	if err := g.Value(t.Context(), values, rows); err != nil {
		t.Fatal(err)
	}
	m := surrogate.NewMoments(n, 1)
	if err := m.Add(rows, weights, values); err != nil {
		t.Fatal(err)
	}
	normal, err := m.Normal()
	if err != nil {
		t.Fatal(err)
	}
	ridge, err := normal.Ridge(everybody, 1)
	if err != nil {
		t.Fatal(err)
	}
	return ridge.Coefficients(0)
}

// binomials returns how many sets of each size n players have.
func binomials(n int) []float64 {
	row := make([]float64, n+1)
	row[0] = 1
	for i := range n {
		row[i+1] = row[i] * float64(n-i) / float64(i+1)
	}
	return row
}
