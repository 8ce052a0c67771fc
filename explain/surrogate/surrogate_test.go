package surrogate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"pgregory.net/rapid"
)

// A problem is a set of weighted coalitions with values.
type problem struct {
	players, outputs int
	rows             *explain.Coalitions
	weights, values  []float64
}

func randomProblem(random *rand.Rand, players, outputs, rows int) *problem {
	p := &problem{players: players, outputs: outputs, rows: explain.NewCoalitions(players, rows)}
	effects := make([]float64, players*outputs)
	for i := range effects {
		effects[i] = random.NormFloat64()
	}
	for range rows {
		c := explain.NewCoalition(players)
		keep := random.Float64()
		for i := range players {
			if random.Float64() < keep {
				c.Add(i)
			}
		}
		p.rows.Append(c)
		p.weights = append(p.weights, random.Float64())
		for k := range outputs {
			v := 100 + random.NormFloat64()
			for i := range c.Players() {
				v += effects[i*outputs+k]
				if c.Has(0) {
					v += effects[i*outputs+k] / 2
				}
			}
			p.values = append(p.values, v)
		}
	}
	return p
}

func (p *problem) normal(t testing.TB) *Normal {
	t.Helper()
	m := NewMoments(p.players, p.outputs)
	if err := m.Add(p.rows, p.weights, p.values); err != nil {
		t.Fatal(err)
	}
	n, err := m.Normal()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// centered returns the columns about their weighted means, rows × players, and the values likewise.
func (p *problem) centered() (x, y [][]float64) {
	total := 0.0
	meanX, meanY := make([]float64, p.players), make([]float64, p.outputs)
	for r, c := range p.rows.All() {
		w := p.weights[r]
		total += w
		row := make([]float64, p.players)
		for i := range c.Players() {
			row[i] = 1
			meanX[i] += w
		}
		x = append(x, row)
		y = append(y, slices.Clone(p.values[r*p.outputs:(r+1)*p.outputs]))
		for k, v := range y[r] {
			meanY[k] += w * v
		}
	}
	for r := range x {
		for i := range x[r] {
			x[r][i] -= meanX[i] / total
		}
		for k := range y[r] {
			y[r][k] -= meanY[k] / total
		}
	}
	return x, y
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*max(1, math.Abs(a), math.Abs(b))
}

func all(players int) []int {
	chosen := make([]int, players)
	for i := range chosen {
		chosen[i] = i
	}
	return chosen
}

// TestMoments compares the normal equations with sums over dense rows.
func TestMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		p := randomProblem(random, rapid.IntRange(0, 70).Draw(t, "players"),
			rapid.IntRange(0, 3).Draw(t, "outputs"), rapid.IntRange(1, 40).Draw(t, "rows"))
		m := NewMoments(p.players, p.outputs)
		if err := m.Add(p.rows, p.weights, p.values); err != nil {
			t.Fatal(err)
		}
		n, err := m.Normal()
		if err != nil {
			t.Fatal(err)
		}
		x, y := p.centered()
		for i := range p.players {
			for j := range p.players {
				want := 0.0
				for r, w := range p.weights {
					want += w * x[r][i] * x[r][j]
				}
				if got := n.Gram[i*p.players+j]; !near(got, want, 1e-12) {
					t.Fatalf("Gram[%d, %d] = %v, want %v", i, j, got, want)
				}
			}
		}
		for k := range p.outputs {
			square := 0.0
			for r, w := range p.weights {
				square += w * y[r][k] * y[r][k]
			}
			if !near(n.Square[k], square, 1e-12) {
				t.Fatalf("Square[%d] = %v, want %v", k, n.Square[k], square)
			}
			for i := range p.players {
				want := 0.0
				for r, w := range p.weights {
					want += w * x[r][i] * y[r][k]
				}
				if got := n.Cross[k*p.players+i]; !near(got, want, 1e-11) {
					t.Fatalf("Cross[%d, %d] = %v, want %v", k, i, got, want)
				}
			}
		}
	})
}

// TestMomentsBatches cuts the same rows into batches of a multiple of eight.
func TestMomentsBatches(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(1, 2)), 9, 2, 101)
	whole := p.normal(t)
	for _, batch := range []int{8, 24, 96} {
		m := NewMoments(p.players, p.outputs)
		for lo := 0; lo < p.rows.Len(); lo += batch {
			hi := min(lo+batch, p.rows.Len())
			if err := m.Add(p.rows.Slice(lo, hi), p.weights[lo:hi], p.values[lo*p.outputs:hi*p.outputs]); err != nil {
				t.Fatal(err)
			}
		}
		n, err := m.Normal()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(n.Gram, whole.Gram) || !slices.Equal(n.Cross, whole.Cross) || !slices.Equal(n.Square, whole.Square) {
			t.Errorf("batches of %d rows give other sums", batch)
		}
	}
}

func TestMomentsErrors(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(3, 4)), 3, 1, 10)
	if err := NewMoments(4, 1).Add(p.rows, p.weights, p.values); err == nil {
		t.Error("coalitions of another game: no error")
	}
	if err := NewMoments(3, 1).Add(p.rows, p.weights[1:], p.values); err == nil {
		t.Error("too few weights: no error")
	}
	if err := NewMoments(3, 2).Add(p.rows, p.weights, p.values); err == nil {
		t.Error("too few values: no error")
	}
	if _, err := NewMoments(3, 1).Normal(); err == nil {
		t.Error("no coalitions: no error")
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		m := NewMoments(3, 1)
		p.values[4] = bad
		if err := m.Add(p.rows, p.weights, p.values); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Normal(); err == nil {
			t.Errorf("value %v: no error", bad)
		}
	}
}
