package shap_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/shap"
	"pgregory.net/rapid"
)

// TestAllCoalitionsGiveExactValues: an estimator that can afford every coalition
// is exact, and has no error.
func TestAllCoalitionsGiveExactValues(t *testing.T) {
	const tolerance = 1e-9
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9).Draw(t, "players")
		game := table(n, rough(t, n))
		want, err := shap.Exact{}.Estimate(testContext, game)
		if err != nil {
			t.Fatal(err)
		}
		banzhaf, err := shap.Exact{Index: explain.BV}.Estimate(testContext, game)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []explain.Estimator{
			shap.Kernel{Budget: 1 << n}, shap.Leverage{Budget: 1 << n}, shap.Permutation{Budget: 1 << n}, shap.Auto{Budget: 1 << n},
			shap.SVARM{Budget: 1 << n}, shap.MSR{Budget: 1 << n}, shap.MSR{Budget: 1 << n, Index: explain.BV},
		} {
			x, err := e.Estimate(testContext, game)
			if err != nil {
				t.Fatal(err)
			}
			exact := want
			if x.Index == explain.BV {
				exact = banzhaf
			}
			for p, term := range x.Terms {
				if got := term.Score[0]; math.Abs(got-exact.Terms[p].Score[0]) > tolerance {
					t.Fatalf("%s: player %d of %d has %v, want %v", x.Estimator.Name, p, n, got, exact.Terms[p].Score[0])
				}
				if n > 2 && !(term.Err[0] <= tolerance) {
					t.Fatalf("%s: error %v of an exact value", x.Estimator.Name, term.Err[0])
				}
			}
		}
	})
}

// TestErrorShrinks: with more budget, sampled values come closer to the truth.
func TestErrorShrinks(t *testing.T) {
	game := explaintest.Random(21, 12, 5, 80)
	norm := 0.0
	for _, v := range game.Shapley {
		norm += v * v
	}
	off := func(e explain.Estimator) float64 {
		x, err := e.Estimate(t.Context(), game)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for p, term := range x.Terms {
			d := term.Score[0] - game.Shapley[p]
			sum += d * d / norm
		}
		return sum
	}
	for name, with := range map[string]func(budget int, seed uint64) explain.Estimator{
		"kernel":      func(b int, s uint64) explain.Estimator { return shap.Kernel{Budget: b, Seed: s} },
		"leverage":    func(b int, s uint64) explain.Estimator { return shap.Leverage{Budget: b, Seed: s} },
		"permutation": func(b int, s uint64) explain.Estimator { return shap.Permutation{Budget: b, Seed: s} },
		"proxy":       func(b int, s uint64) explain.Estimator { return shap.Proxy{Budget: b, Seed: s} },
		"svarm":       func(b int, s uint64) explain.Estimator { return shap.SVARM{Budget: b, Seed: s} },
		"msr":         func(b int, s uint64) explain.Estimator { return shap.MSR{Budget: b, Seed: s} },
	} {
		few, many := 0.0, 0.0
		for seed := range uint64(10) {
			few += off(with(120, seed)) / 10
			many += off(with(1200, seed)) / 10
		}
		if few > 1 || many > few/8 {
			t.Errorf("%s: squared error %.4f with 120 coalitions, %.4f with 1200", name, few, many)
		}
	}
}

func TestKernelJudgesItsFit(t *testing.T) {
	additive, err := shap.Kernel{Budget: 60}.Estimate(t.Context(), explaintest.Additive(1, 1, -2, 3, 4, 0, 0, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	if q := additive.Quality; q == nil || q.R2[0] < 1-1e-9 || !q.HeldOut || q.Coalitions != 58 {
		t.Errorf("quality of an additive game's values: %+v", additive.Quality)
	}
	parity, err := shap.Kernel{Budget: 60}.Estimate(t.Context(), explain.Func(8, func(c explain.Coalition) float64 { return float64(c.Size() % 2) }))
	if err != nil {
		t.Fatal(err)
	}
	if q := parity.Quality; q == nil || q.R2[0] > 0.1 {
		t.Errorf("quality of the values of a game with nothing additive: %+v", q)
	}
}

func TestRefineEndsAsEstimate(t *testing.T) {
	game := explaintest.Random(4, 14, 4, 60)
	for _, e := range []shap.AnytimeEstimator{
		shap.Kernel{Budget: 300}, shap.Leverage{Budget: 301}, shap.Permutation{Budget: 300},
		shap.Partition{Budget: 100}, shap.Partition{Budget: 100, Sampled: true}, shap.Auto{Budget: 300},
	} {
		want, err := e.Estimate(t.Context(), game)
		if err != nil {
			t.Fatal(err)
		}
		var last *explain.Explanation
		for x, err := range e.Refine(t.Context(), game) {
			if err != nil {
				t.Fatal(err)
			}
			last = x
		}
		for p, term := range last.Terms {
			if term.Score[0] != want.Terms[p].Score[0] || last.Evaluations != want.Evaluations {
				t.Errorf("%s: ends at %v after %d coalitions, Estimate at %v after %d", want.Estimator.Name,
					term.Score[0], last.Evaluations, want.Terms[p].Score[0], want.Evaluations)
			}
		}
	}
}

// TestMoreBudgetExtends: with a pool, an estimate with more budget values no
// coalition anew that the one before has asked for.
func TestMoreBudgetExtends(t *testing.T) {
	for name, with := range map[string]func(budget int) explain.Estimator{
		"kernel":      func(b int) explain.Estimator { return shap.Kernel{Budget: b} },
		"leverage":    func(b int) explain.Estimator { return shap.Leverage{Budget: b} },
		"svarm":       func(b int) explain.Estimator { return shap.SVARM{Budget: b} },
		"msr":         func(b int) explain.Estimator { return shap.MSR{Budget: b} },
		"proxy":       func(b int) explain.Estimator { return shap.Proxy{Budget: b} },
		"faithful":    func(b int) explain.Estimator { return shap.Faithful{Budget: b} },
		"permutation": func(b int) explain.Estimator { return shap.Permutation{Budget: b} },
		"partition":   func(b int) explain.Estimator { return shap.Partition{Budget: b} },
	} {
		pool := explain.Cache(explaintest.Random(4, 14, 4, 60))
		valued := 0
		for _, budget := range []int{190, 300, 410} {
			x, err := with(budget).Estimate(t.Context(), pool)
			if err != nil {
				t.Fatal(err)
			}
			valued = x.Evaluations
			if pool.Len() > budget {
				t.Errorf("%s: with a budget of %d after smaller ones, %d coalitions are valued", name, budget, pool.Len())
			}
		}
		if pool.Len() != valued {
			t.Errorf("%s: %d coalitions are valued in all, %d by the last estimate", name, pool.Len(), valued)
		}
	}
}

func TestTooSmallABudgetSaysWhatIsNeeded(t *testing.T) {
	game := explaintest.Random(4, 14, 4, 60)
	for _, e := range []explain.Estimator{
		shap.Kernel{Budget: 27}, shap.Kernel{Budget: -1}, shap.Leverage{Budget: 3}, shap.Permutation{Budget: 10},
		shap.Partition{Budget: 1}, shap.Auto{Budget: 5},
	} {
		if _, err := e.Estimate(t.Context(), game); err == nil || !strings.Contains(err.Error(), "needs a budget of at least") {
			t.Errorf("%+v: err = %v", e, err)
		}
	}
}

func TestAutoSaysWhy(t *testing.T) {
	for _, c := range []struct {
		players, budget int
		index           explain.Index
		name, reason    string
	}{
		{9, 0, 0, "exact", "9 players: all 512 coalitions fit the budget of 512"},
		{1, 0, 0, "exact", "1 player: all 2 coalitions fit the budget of 2"},
		{10, 100, 0, "bayes", "10 players: 1024 coalitions do not fit the budget of 100"},
		{30, 0, explain.SV, "bayes", "30 players: 2^30 coalitions do not fit the budget of 300"},
		{12, 5000, explain.SII, "exact", "12 players: all 4096 coalitions fit the budget of 5000"},
		{12, 0, explain.SII, "bayes", "12 players: 4096 coalitions do not fit the budget of 200"},
		{12, 0, explain.BV, "bayes", "12 players: 4096 coalitions do not fit the budget of 200"},
		{12, 0, explain.Moebius, "bayes", "12 players: 4096 coalitions do not fit the budget of 200"},
		{14, 9000, explain.SV, "proxy", "14 players: 16384 coalitions do not fit the budget of 9000; so many would take others long"},
		{12, 0, explain.OV, "partition", "12 players: 4096 coalitions do not fit the budget of 200"},
		{12, 0, explain.WBV, "bayes", "12 players: 4096 coalitions do not fit the budget of 200"},
	} {
		x, err := shap.Auto{Budget: c.budget, Index: c.index}.Estimate(t.Context(), explaintest.Random(1, c.players, 3, 9))
		if err != nil {
			t.Fatal(err)
		}
		if x.Estimator.Name != c.name || x.Estimator.Reason != c.reason || c.index != 0 && x.Index != c.index {
			t.Errorf("%d players, budget %d: %s, %v, %q", c.players, c.budget, x.Estimator.Name, x.Index, x.Estimator.Reason)
		}
	}
}

// owen returns the Owen values by their definition: marginal contributions
// averaged over the orders that keep every group of the tree together.
func owen(tree *explain.Tree, values []float64, players int) []float64 {
	phi, count := make([]float64, players), 0.0
	for _, order := range arrangements(tree) {
		count++
		there := 0
		for _, p := range order {
			phi[p] += values[there|1<<p] - values[there]
			there |= 1 << p
		}
	}
	for p := range phi {
		phi[p] /= count
	}
	return phi
}

func arrangements(t *explain.Tree) [][]int {
	if t == nil {
		return [][]int{nil}
	}
	if t.IsLeaf() {
		return [][]int{{t.Player}}
	}
	var all [][]int
	for _, l := range arrangements(t.Left) {
		for _, r := range arrangements(t.Right) {
			all = append(all, slices.Concat(l, r), slices.Concat(r, l))
		}
	}
	return all
}

// randomTree returns a tree over the players given.
func randomTree(rng *rand.Rand, players []int) *explain.Tree {
	switch len(players) {
	case 0:
		return nil
	case 1:
		return &explain.Tree{Player: players[0]}
	}
	cut := 1 + rng.IntN(len(players)-1)
	return &explain.Tree{Left: randomTree(rng, players[:cut]), Right: randomTree(rng, players[cut:])}
}

func TestPartitionFindsOwenValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 7).Draw(t, "players")
		values := rough(t, n)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "tree"), 1))
		tree := randomTree(rng, rng.Perm(n))
		want := owen(tree, values, n)
		x, err := shap.Partition{Tree: tree, Budget: 1 << n}.Estimate(testContext, table(n, values))
		if err != nil {
			t.Fatal(err)
		}
		if x.Unresolved != nil {
			t.Fatalf("with all coalitions, credit %v is left", x.Unresolved)
		}
		for p, term := range x.Terms {
			if math.Abs(term.Score[0]-want[p]) > rounding || term.Err[0] != 0 {
				t.Fatalf("player %d has %v ± %v, want %v", p, term.Score[0], term.Err[0], want[p])
			}
		}
	})
}

// TestPartitionReportsWhatIsLeft: the credit of undivided groups, taken off
// their players, leaves what was divided; and errors are unknown.
func TestPartitionReportsWhatIsLeft(t *testing.T) {
	game := explaintest.Random(4, 16, 4, 60)
	x, err := shap.Partition{Budget: 30}.Estimate(t.Context(), game)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Unresolved) == 0 || !math.IsNaN(x.Terms[0].Err[0]) {
		t.Fatalf("30 coalitions of 16 players: %d groups are left, error %v", len(x.Unresolved), x.Terms[0].Err[0])
	}
	for _, credit := range x.Unresolved {
		if len(credit.Players) < 2 || !slices.IsSorted(credit.Players) || len(credit.Score) != 1 {
			t.Errorf("credit %+v", credit)
		}
	}
	one, err := shap.Partition{Budget: 2}.Estimate(t.Context(), game)
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range one.Terms {
		if want := (one.Full[0] - one.Baseline[0]) / 16; math.Abs(term.Score[0]-want) > rounding {
			t.Errorf("with nothing but the ends, player %v has %v, want an even share %v", term.Players, term.Score[0], want)
		}
	}
	if len(one.Unresolved) != 1 || len(one.Unresolved[0].Players) != 16 {
		t.Errorf("with nothing but the ends, %v is left", one.Unresolved)
	}
}

// TestUnbiased: the mean of many estimates is the exact value, where that is promised.
func TestUnbiased(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	values := make([]float64, 1<<8)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	tree := randomTree(rng, rng.Perm(8))
	of := func(index explain.Index) []float64 {
		x, err := shap.Exact{Index: index}.Estimate(t.Context(), table(8, values))
		if err != nil {
			t.Fatal(err)
		}
		scores := make([]float64, 8)
		for p, term := range x.Terms {
			scores[p] = term.Score[0]
		}
		return scores
	}
	for name, c := range map[string]struct {
		want []float64
		with func(seed uint64) explain.Estimator
	}{
		"sampled partition": {owen(tree, values, 8), func(seed uint64) explain.Estimator {
			return shap.Partition{Tree: tree, Budget: 34, Sampled: true, Seed: seed}
		}},
		"permutation":  {of(explain.SV), func(seed uint64) explain.Estimator { return shap.Permutation{Budget: 40, Seed: seed} }},
		"msr":          {of(explain.SV), func(seed uint64) explain.Estimator { return shap.MSR{Budget: 80, Seed: seed} }},
		"msr, Banzhaf": {of(explain.BV), func(seed uint64) explain.Estimator { return shap.MSR{Budget: 80, Seed: seed, Index: explain.BV} }},
	} {
		const runs = 400
		mean, chance := make([]float64, 8), make([]float64, 8)
		for seed := range uint64(runs) {
			x, err := c.with(seed).Estimate(t.Context(), table(8, values))
			if err != nil {
				t.Fatal(err)
			}
			for p, term := range x.Terms {
				mean[p] += term.Score[0] / runs
				d := term.Score[0] - c.want[p]
				chance[p] += d * d / runs
			}
		}
		for p := range mean {
			if se := math.Sqrt(chance[p] / runs); math.Abs(mean[p]-c.want[p]) > 4*se || se == 0 {
				t.Errorf("%s: player %d: mean %v of %d runs, want %v ± %v", name, p, mean[p], runs, c.want[p], se)
			}
		}
	}
}
