package metric

import (
	"context"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
)

// A measure is a metric of scores.
type measure struct {
	name   string
	better Direction
	of     func(scores []float64) (float64, error)
}

// faithful are the metrics that ask the game, in the order of the table.
func faithful(ctx context.Context, value, chance explain.Game, loo []float64, seed uint64) []measure {
	on := func(g explain.Game, of func(context.Context, explain.Game, []float64) (float64, error)) func([]float64) (float64, error) {
		return func(scores []float64) (float64, error) { return of(ctx, g, scores) }
	}
	plain := func(of func(scores, loo []float64) float64) func([]float64) (float64, error) {
		return func(scores []float64) (float64, error) { return of(scores, loo), nil }
	}
	return []measure{
		{"comprehensiveness", Higher, on(chance, AOPC{}.Comprehensiveness)},
		{"sufficiency", Lower, on(chance, AOPC{}.Sufficiency)},
		{"faithfulness correlation", Higher, on(value, Subsets{Seed: seed}.Correlation)},
		{"faithfulness estimate", Higher, plain(statistics.Pearson)},
		{"tau to leave-one-out", Higher, plain(statistics.KendallTau)},
		{"monotonicity correlation", Higher, plain(MonotonicityCorrelation)},
		{"monotonicity", Higher, on(value, Monotonicity)},
		{"sensitivity-n", Higher, on(value, Subsets{Seed: seed, Runs: sensitivityRuns}.SensitivityN)},
		{"infidelity", Lower, on(value, Subsets{Seed: seed}.Infidelity)},
	}
}

// sensitivityRuns is less than the default, since each of many sizes is drawn so often.
const sensitivityRuns = 30

// simple are the metrics of the scores alone, which are to add up to total.
func simple(total float64) []measure {
	plain := func(of func([]float64) float64) func([]float64) (float64, error) {
		return func(scores []float64) (float64, error) { return of(scores), nil }
	}
	return []measure{
		{"additivity gap", Lower, plain(func(scores []float64) float64 { return gap(scores, total) })},
		{"sparseness (Gini)", Higher, plain(Sparseness)},
		{"entropy", Lower, plain(Entropy)},
		{"effective complexity", Lower, plain(func(scores []float64) float64 { return float64(EffectiveComplexity(scores)) })},
	}
}

// gap is how far scores are from adding up to total. What rounding may leave of
// zero is zero.
func gap(scores []float64, total float64) float64 {
	const rounding = 1e-12
	if d := math.Abs(sum(scores) - total); d > rounding*sum(sizes(scores)) {
		return d
	}
	return 0
}
