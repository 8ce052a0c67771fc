package metric

import (
	"context"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
)

// LeaveOneOut returns v(N) − v(N∖p) for every player p: scores that take n
// valuations, which better ones are held against. Their correlations with the
// scores of an explanation are metrics of their own:
//
//	statistics.KendallTau(scores, loo)      the tau-LOO of ferret
//	statistics.Pearson(scores, loo)         the faithfulness estimate (Alvarez-Melis & Jaakkola 2018)
//	statistics.Spearman(|scores|, |loo|)    the monotonicity correlation (Nguyen & Martínez 2020)
func LeaveOneOut(ctx context.Context, g explain.Game) ([]float64, error) {
	n := g.Players()
	single := explain.NewCoalitions(n, n)
	for p := range n {
		single.Append(explain.NewCoalition(n, p))
	}
	return drops(ctx, g, single)
}

// MonotonicityCorrelation is Spearman's coefficient of |scores| with the expected
// square of the change when a player's part is replaced (Nguyen & Martínez 2020),
// where masking is the one way to replace it. loo is what [LeaveOneOut] returns.
func MonotonicityCorrelation(scores, loo []float64) float64 {
	return statistics.Spearman(sizes(scores), sizes(loo))
}
