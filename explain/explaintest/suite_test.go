package explaintest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
)

// marginals is the shortest estimator there is: the value of adding a player
// to nobody, shifted so that all add up.
type marginals struct{}

func (marginals) Evaluations(players int) int { return min(players+2, 1<<min(players, 62)) }

func (marginals) Estimate(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	n, k := g.Players(), g.Outputs()
	pool := explain.Cache(explain.Check(g))
	batch := explain.NewCoalitions(n, n+2)
	batch.Append(explain.NewCoalition(n))
	batch.Append(explain.Grand(n))
	for p := range n {
		batch.Append(explain.NewCoalition(n, p))
	}
	values := make([]float64, batch.Len()*k)
	if err := pool.Value(ctx, values, batch); err != nil {
		return nil, err
	}
	x := explain.NewExplanation(g, explain.BII)
	x.Baseline, x.Full = values[:k], values[k:2*k]
	x.Evaluations = pool.Len()
	x.Estimator = explain.Provenance{Name: "marginals", Budget: n + 2}
	for p := range n {
		term := explain.Term{Players: []int{p}, Score: make([]float64, k), Err: make([]float64, k)}
		for o := range k {
			term.Score[o] = values[(2+p)*k+o] - values[o]
		}
		x.Terms = append(x.Terms, term)
	}
	return x, nil
}

func TestTheSuiteAcceptsAnHonestEstimator(t *testing.T) {
	explaintest.TestEstimator(t, marginals{}, explaintest.Claims{})
}

func TestKnownGamesKeepTheContract(t *testing.T) {
	for _, g := range explaintest.Small() {
		t.Run(g.Name, func(t *testing.T) { explaintest.TestGame(t, g) })
	}
	explaintest.TestGame(t, explaintest.Random(1, 130, 3, 50))
}

func ExampleAdditive() {
	g := explaintest.Additive(10, 1, 2, 3)
	fmt.Println(g.Name, g.Shapley)
	// Output: additive, 3 players [1 2 3]
}
