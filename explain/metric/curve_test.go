package metric_test

import (
	"context"
	"slices"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/statistics"
)

// ladder is a game in which player p adds 10^p, but takes 1 where it is 3.
func ladder() explain.Game {
	worth := []float64{1, 10, 100, -1}
	return explain.Func(4, func(c explain.Coalition) float64 {
		sum := 0.0
		for p := range c.Players() {
			sum += worth[p]
		}
		return sum
	})
}

func TestCurves(t *testing.T) {
	ctx, scores := context.Background(), []float64{0.1, 1, 10, -0.1}
	deletion, err := metric.Deletion(ctx, ladder(), scores)
	if want := []float64{110, 10, 0, -1, 0}; err != nil || !slices.Equal(deletion, want) {
		t.Errorf("deletion %v, want %v (%v)", deletion, want, err)
	}
	insertion, err := metric.Insertion(ctx, ladder(), scores)
	if want := []float64{0, 100, 110, 111, 110}; err != nil || !slices.Equal(insertion, want) {
		t.Errorf("insertion %v, want %v (%v)", insertion, want, err)
	}
	same(t, "area", metric.Area(deletion), (110./2+10+0-1+0)/4, tolerance)
	same(t, "monotonicity", must(t)(metric.Monotonicity(ctx, ladder(), scores)), 0.75, 0)
}

// TestTruthIsFaithful: of an additive game its own scores are beyond reproach.
func TestTruthIsFaithful(t *testing.T) {
	ctx, is := context.Background(), must(t)
	g, w := weights(12)
	same(t, "correlation", is(metric.Subsets{}.Correlation(ctx, g, w)), 1, tolerance)
	same(t, "sensitivity-n", is(metric.Subsets{}.SensitivityN(ctx, g, w)), 1, tolerance)
	same(t, "infidelity", is(metric.Subsets{}.Infidelity(ctx, g, w)), 0, tolerance)
	loo, err := metric.LeaveOneOut(ctx, g)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "tau", statistics.KendallTau(w, loo), 1, 0)
	same(t, "change", metric.Change(w, loo), 0, tolerance)
}

func TestViewOfOneOutput(t *testing.T) {
	g := metric.View(twice{ladder()}, 1, func(v float64) float64 { return v + 1 })
	v := make([]float64, 1)
	batch := explain.NewCoalitions(4, 1)
	batch.Append(explain.NewCoalition(4, 1))
	if err := g.Value(context.Background(), v, batch); err != nil || v[0] != 21 || g.Outputs() != 1 {
		t.Errorf("%v, want 21 (%v)", v, err)
	}
}

// twice is a game with a second output that is twice the first.
type twice struct{ explain.Game }

func (twice) Outputs() int { return 2 }

func (g twice) Value(ctx context.Context, dst []float64, batch *explain.Coalitions) error {
	v := make([]float64, batch.Len())
	err := g.Game.Value(ctx, v, batch)
	for i, x := range v {
		dst[2*i], dst[2*i+1] = x, 2*x
	}
	return err
}

func TestMetricsRefuseOtherGames(t *testing.T) {
	ctx, few := context.Background(), []float64{1, 2}
	for name, err := range map[string]error{
		"comprehensiveness": second(metric.AOPC{}.Comprehensiveness(ctx, ladder(), few)),
		"sufficiency":       second(metric.AOPC{}.Sufficiency(ctx, ladder(), few)),
		"monotonicity":      second(metric.Monotonicity(ctx, ladder(), few)),
		"correlation":       second(metric.Subsets{}.Correlation(ctx, ladder(), few)),
		"outputs":           second(metric.Subsets{}.Infidelity(ctx, twice{ladder()}, make([]float64, 4))),
	} {
		if err == nil {
			t.Errorf("%s: scores of another game were judged", name)
		}
	}
}

func second(_ float64, err error) error { return err }

func TestRationalesOfNothing(t *testing.T) {
	ctx, is, none := context.Background(), must(t), make([]float64, 4)
	same(t, "comprehensiveness", is(metric.AOPC{}.Comprehensiveness(ctx, ladder(), none)), 0, 0)
	same(t, "sufficiency", is(metric.AOPC{}.Sufficiency(ctx, ladder(), none)), 110, 0)
}
