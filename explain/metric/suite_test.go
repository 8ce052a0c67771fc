package metric_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

// judged returns the results of a suite by their names.
func judged(t *testing.T, s metric.Suite, g explain.Game, x *explain.Explanation) map[string]metric.Result {
	t.Helper()
	j, err := s.Judge(context.Background(), g, x, 0)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]metric.Result{}
	for _, r := range j.Results {
		byName[r.Name] = r
	}
	return byName
}

// TestSuiteKnowsTheTruth: the scores of an additive game beat those in random
// order by every metric that judges order.
func TestSuiteKnowsTheTruth(t *testing.T) {
	g, w := weights(12)
	x := scored(g, 0.5, w...)
	for name, r := range judged(t, metric.Suite{Probability: metric.Logistic, Seed: 1}, g, x) {
		switch name {
		case "sparseness (Gini)", "entropy", "effective complexity", "additivity gap", "monotonicity":
			if math.Abs(r.Value-r.Random) > tolerance {
				t.Errorf("%s: %v, but %v in another order", name, r.Value, r.Random)
			}
		default:
			if (r.Value-r.Random)*float64(r.Better) <= 0 {
				t.Errorf("%s: %v is no better than %v at random", name, r.Value, r.Random)
			}
		}
	}
}

// TestSuiteAgreesWithMetrics: it is nothing but them, each on its scale.
func TestSuiteAgreesWithMetrics(t *testing.T) {
	ctx, is := context.Background(), must(t)
	c := goldens(t)[4]
	x := scored(c.game(), c.Values[0], c.Scores...)
	got := judged(t, metric.Suite{Seed: 7}, c.game(), x)
	same(t, "comprehensiveness", got["comprehensiveness"].Value, c.Ferret["comprehensiveness"], tolerance)
	same(t, "tau", got["tau to leave-one-out"].Value, c.Ferret["tau_loo"], tolerance)
	same(t, "estimate", got["faithfulness estimate"].Value, c.Quantus.Estimate, tolerance)
	same(t, "infidelity", got["infidelity"].Value, is(metric.Subsets{Seed: 7}.Infidelity(ctx, c.game(), c.Scores)), tolerance)
	same(t, "leave-one-out to itself", got["tau to leave-one-out"].LeaveOneOut, 1, tolerance)
	deletion, err := metric.Deletion(ctx, c.game(), c.Scores)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "deletion area", got["deletion area"].Value, metric.Area(deletion), tolerance)
}

// TestSuiteValuesOnce: no coalition is asked for twice, those of the estimator included.
func TestSuiteValuesOnce(t *testing.T) {
	asked := map[string]int{}
	game, w := weights(10)
	pool := explain.Cache(explain.Func(10, func(c explain.Coalition) float64 {
		if asked[c.Key()]++; asked[c.Key()] > 1 {
			t.Errorf("coalition %x is valued again", c)
		}
		v := make([]float64, 1)
		batch := explain.NewCoalitions(10, 1)
		batch.Append(c)
		if err := game.Value(context.Background(), v, batch); err != nil {
			t.Error(err)
		}
		return v[0]
	}))
	x := scored(pool, 0.5, w...)
	first := judged(t, metric.Suite{Seed: 1}, pool, x)
	again := judged(t, metric.Suite{Seed: 1}, pool, x)
	for name, r := range first {
		if name != "additive fit R²" && r != again[name] {
			t.Errorf("%s: %v, then %v", name, r, again[name])
		}
	}
}

func TestSuiteRefuses(t *testing.T) {
	g, w := weights(4)
	other, _ := weights(5)
	if _, err := (metric.Suite{}).Judge(context.Background(), other, scored(g, 0, w...), 0); err == nil {
		t.Error("an explanation of another game was judged")
	}
}

// ending is a game that ends a context when it is asked, and does not look at it.
type ending struct {
	explain.Game
	cancel context.CancelFunc
	calls  *int
}

func (g ending) Value(_ context.Context, dst []float64, batch *explain.Coalitions) error {
	g.cancel()
	*g.calls++
	return g.Game.Value(context.Background(), dst, batch)
}

// TestJudgeEnds: a context ends a suite, even where the game knows all values.
func TestJudgeEnds(t *testing.T) {
	g, w := weights(12)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	if _, err := (metric.Suite{}).Judge(ctx, ending{g, cancel, &calls}, scored(g, 0.5, w...), 0); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls, then %v", calls, err)
	}
	pool := explain.Cache(g)
	if _, err := metric.LeaveOneOut(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	if _, err := metric.LeaveOneOut(ctx, pool); !errors.Is(err, context.Canceled) {
		t.Errorf("of values that are known: %v", err)
	}
}
