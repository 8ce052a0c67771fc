package surrogate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// TestRidgeIsStationary checks the definition of the fit: at the coefficients,
// the gradient of Σw(y − b − xᵀβ)² + penalty·|β|² vanishes, with respect to the
// intercept as well.
func TestRidgeIsStationary(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, players := range []int{0, 1, 2, 13, 66} {
		p := randomProblem(random, players, 2, 150)
		n := p.normal(t)
		const penalty = 0.7
		r, err := n.Ridge(all(players), penalty)
		if err != nil {
			t.Fatal(err)
		}
		for k := range p.outputs {
			coef := r.Coefficients(k)
			gradient, sum, square := make([]float64, players), 0.0, 0.0
			for row, c := range p.rows.All() {
				e := p.values[row*p.outputs+k] - n.Intercept(k, coef)
				for i := range c.Players() {
					e -= coef[i]
				}
				sum += p.weights[row] * e
				square += p.weights[row] * e * e
				for i := range c.Players() {
					gradient[i] += p.weights[row] * e
				}
			}
			if math.Abs(sum) > 1e-10 {
				t.Errorf("%d players: weighted residuals sum to %v", players, sum)
			}
			for i, g := range gradient {
				if math.Abs(g-penalty*coef[i]) > 1e-9 {
					t.Errorf("%d players: gradient of player %d is %v", players, i, g-penalty*coef[i])
				}
			}
			if got, want := n.R2(k, coef), 1-square/n.Square[k]; !near(got, want, 1e-12) {
				t.Errorf("%d players: R² = %v, want %v", players, got, want)
			}
		}
	}
}

// TestRidgeSubset: leaving players out is the same as never having had them.
func TestRidgeSubset(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(7, 8)), 6, 1, 80)
	r, err := p.normal(t).Ridge([]int{4, 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Coefficients(0)
	g := p.normal(t)
	a, b, c := g.row(1)[1]+1, g.row(1)[4], g.row(4)[4]+1
	u, v := g.Cross[1], g.Cross[4]
	det := a*c - b*b
	want := []float64{0, (c*u - b*v) / det, 0, 0, (a*v - b*u) / det, 0}
	for i := range want {
		if !near(got[i], want[i], 1e-12) {
			t.Errorf("player %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestRidgeSingular(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(9, 10)), 5, 1, 3)
	if _, err := p.normal(t).Ridge(all(5), 0); err == nil {
		t.Error("three coalitions determine five coefficients: no error")
	}
	if _, err := p.normal(t).Ridge(all(5), 1e-3); err != nil {
		t.Errorf("with a penalty: %v", err)
	}
}

// TestConstant: where values do not vary, nothing is explained.
func TestConstant(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(11, 12)), 4, 1, 50)
	for i := range p.values {
		p.values[i] = 0.1
	}
	n := p.normal(t)
	r, err := n.Ridge(all(4), 1)
	if err != nil {
		t.Fatal(err)
	}
	coef := r.Coefficients(0)
	if !slices.Equal(coef, make([]float64, 4)) || n.Intercept(0, coef) != 0.1 || !math.IsNaN(n.R2(0, coef)) {
		t.Errorf("coefficients %v, intercept %v, R² %v", coef, n.Intercept(0, coef), n.R2(0, coef))
	}
}

// TestLassoIsStationary checks the optimality conditions of the lasso: an active
// player's mean product with the residual equals its penalty in the direction of
// its coefficient, the others' do not exceed theirs.
func TestLassoIsStationary(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	for _, rows := range []int{12, 200} { // fewer than players, and more
		p := randomProblem(random, 30, 1, rows)
		n := p.normal(t)
		penalty := make([]float64, 30)
		for i := range penalty {
			penalty[i] = 0.05 * (1 + random.Float64())
		}
		coef, err := n.Lasso(0, penalty)
		if err != nil {
			t.Fatal(err)
		}
		active := 0
		for i, b := range coef {
			product := n.Cross[i]
			for j, other := range coef {
				product -= n.row(i)[j] * other
			}
			product /= n.Weight
			if b == 0 && math.Abs(product) > penalty[i]+1e-9 || b != 0 && math.Abs(product-math.Copysign(penalty[i], b)) > 1e-9 {
				t.Errorf("%d rows, player %d: coefficient %v, product %v, penalty %v", rows, i, b, product, penalty[i])
			}
			if b != 0 {
				active++
			}
		}
		if active == 0 || active == 30 {
			t.Errorf("%d rows: %d active players tell nothing", rows, active)
		}
	}
}

// TestLassoPath walks the path by least angles and compares its knots with
// what coordinate descent finds at their penalties.
func TestLassoPath(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	departures := 0
	problems := []*problem{factorial()}
	for _, rows := range []int{15, 40, 300} {
		problems = append(problems, randomProblem(random, 20, 1, rows))
	}
	for _, p := range problems {
		rows := p.rows.Len()
		n := p.normal(t)
		l := newLARS(n, 0)
		for l.step(1e-9) {
			if l.dropped {
				departures++
			}
			level := 0.0
			for _, i := range l.active {
				level = max(level, math.Abs(l.products[i]))
			}
			if level < 1e-6*n.Weight {
				break // the end of the path, where coordinate descent crawls
			}
			penalty := slices.Repeat([]float64{level / n.Weight}, p.players)
			want, err := n.Lasso(0, penalty)
			if err != nil {
				t.Fatal(err)
			}
			// The minimum is unique, the minimizer is not where players are twins.
			if a, b := lassoLoss(n, l.coef, penalty[0]), lassoLoss(n, want, penalty[0]); !near(a, b, 1e-9) {
				t.Fatalf("%d rows, level %.3g: loss %v by least angles, %v by descent", rows, level, a, b)
			}
		}
	}
	if departures == 0 {
		t.Error("no path drops a player: the walk back is not tested")
	}
}

// factorial is a game on all coalitions whose first three players have equal
// products with the values.
func factorial() *problem {
	p := &problem{players: 5, outputs: 1, rows: explain.NewCoalitions(5, 32)}
	for bits := range uint64(32) {
		c := explain.Coalition{bits}
		p.rows.Append(c)
		v := 0.0
		for i, worth := range []float64{1, 1, -1, 3, 0.5} {
			if c.Has(i) {
				v += worth
			}
		}
		p.weights, p.values = append(p.weights, 1), append(p.values, v)
	}
	return p
}

// lassoLoss is what Lasso minimizes.
func lassoLoss(n *Normal, coef []float64, penalty float64) float64 {
	loss := (1 - n.R2(0, coef)) * n.Square[0] / (2 * n.Weight)
	for _, c := range coef {
		loss += penalty * math.Abs(c)
	}
	return loss
}

// TestForward compares the greedy choice with fits of every candidate.
func TestForward(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	p := randomProblem(random, 9, 1, 60)
	n := p.normal(t)
	var want []int
	for len(want) < 5 {
		best, most := -1, math.Inf(-1)
		for i := range 9 {
			if slices.Contains(want, i) {
				continue
			}
			r, err := n.Ridge(append(slices.Clone(want), i), 1e-9)
			if err != nil {
				t.Fatal(err)
			}
			if r2 := n.R2(0, r.Coefficients(0)); r2 > most {
				best, most = i, r2
			}
		}
		want = append(want, best)
	}
	if got := n.Forward(0, 5); !slices.Equal(got, want) {
		t.Errorf("chose %v, want %v", got, want)
	}
}

// TestSelectionsOnTwins: players who are always together explain the same, so
// that one of them is worth nothing once the other is in.
func TestSelectionsOnTwins(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(19, 20)), 4, 1, 100)
	for _, c := range p.rows.All() {
		c.Remove(3)
		if c.Has(0) {
			c.Add(3)
		}
	}
	n := p.normal(t)
	if got := n.Forward(0, 3); slices.Contains(got, 0) && slices.Contains(got, 3) {
		t.Errorf("Forward chose both twins: %v", got)
	}
	if got := n.Forward(0, 9); len(got) != 4 {
		t.Errorf("Forward chose %v of 4 players", got)
	}
	if got := n.LassoPath(0, 4, 1e-9); len(got) != 3 || slices.Contains(got, 0) && slices.Contains(got, 3) {
		t.Errorf("LassoPath chose %v", got)
	}
}

func TestHighest(t *testing.T) {
	if got := Highest([]float64{1, -3, 2, 3, 0}, 3); !slices.Equal(got, []int{1, 3, 2}) {
		t.Errorf("chose %v", got)
	}
	if got := Highest([]float64{1}, 3); !slices.Equal(got, []int{0}) {
		t.Errorf("chose %v of one", got)
	}
}

// TestStdErr compares with the sandwich's formula on dense matrices.
func TestStdErr(t *testing.T) {
	const penalty = 0.4
	p := randomProblem(rand.New(rand.NewPCG(21, 22)), 5, 2, 60)
	draws := make([]float64, 60)
	single := slices.Clone(p.weights)
	for i := range draws {
		draws[i] = float64(i % 3)
		p.weights[i] *= draws[i]
	}
	n := p.normal(t)
	r, err := n.Ridge(all(5), penalty)
	if err != nil {
		t.Fatal(err)
	}
	got := r.StdErr(p.rows, single, draws, p.values)
	x, y := p.centered()
	a := r.inverse()
	for k := range p.outputs {
		coef := r.Coefficients(k)
		for j := range p.players {
			variance := 0.0
			for row := range x {
				pull := make([]float64, p.players) // a·x̃
				leverage, residual := single[row]/n.Weight, y[row][k]
				for i := range pull {
					for m, v := range x[row] {
						pull[i] += a[i*p.players+m] * v
					}
					leverage += single[row] * pull[i] * x[row][i]
					residual -= coef[i] * x[row][i]
				}
				e := single[row] * residual * pull[j] / (1 - leverage)
				variance += draws[row] * e * e
			}
			if !near(got[j*p.outputs+k], math.Sqrt(variance), 1e-10) {
				t.Errorf("player %d, output %d: %v, want %v", j, k, got[j*p.outputs+k], math.Sqrt(variance))
			}
		}
	}
}

// TestStdErrOfTooFewRows: where the fit goes through a row whatever its value,
// nothing tells how far off it is.
func TestStdErrOfTooFewRows(t *testing.T) {
	p := randomProblem(rand.New(rand.NewPCG(23, 24)), 30, 1, 8)
	r, err := p.normal(t).Ridge(all(30), 1e-12)
	if err != nil {
		t.Fatal(err)
	}
	for j, se := range r.StdErr(p.rows, p.weights, slices.Repeat([]float64{1}, 8), p.values) {
		if !math.IsNaN(se) {
			t.Errorf("player %d: error %v", j, se)
		}
	}
}
