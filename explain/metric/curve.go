package metric

import (
	"context"
	"slices"

	"github.com/whence-xai/whence/explain"
)

// Deletion returns what is left of the value when players are removed one by one,
// the largest score first: v(N), then n values down to v(∅). The area under the
// curve of a good explanation is small (Petsiuk et al. 2018, §3.2).
func Deletion(ctx context.Context, g explain.Game, scores []float64) ([]float64, error) {
	order := descending(scores)
	slices.Reverse(order)
	curve, err := path(ctx, g, scores, order)
	slices.Reverse(curve)
	return curve, err
}

// Insertion returns the values when players are added to none one by one, the
// largest score first: v(∅), then n values up to v(N). The area under the curve
// of a good explanation is large (Petsiuk et al. 2018, §3.2).
func Insertion(ctx context.Context, g explain.Game, scores []float64) ([]float64, error) {
	return path(ctx, g, scores, descending(scores))
}

// Monotonicity is the share of steps that do not lower the value when players are
// added one by one, the smallest score first. It is 1 where AIX360 says that an
// explanation is monotonic (Arya et al. 2019), which looks at all steps but the
// first. Players that truly lower the value keep it below 1.
func Monotonicity(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	order := descending(scores)
	slices.Reverse(order)
	curve, err := path(ctx, g, scores, order)
	if err != nil {
		return 0, err
	}
	rises := 0
	for i := range order {
		if curve[i+1] >= curve[i] {
			rises++
		}
	}
	return float64(rises) / float64(len(order)), nil
}

// Area returns the area under a curve whose points are evenly spread from 0 to 1,
// by trapezoids.
func Area(curve []float64) float64 {
	area := 0.0
	for i := 1; i < len(curve); i++ {
		area += (curve[i-1] + curve[i]) / 2
	}
	return area / float64(len(curve)-1)
}

// path returns the values from v(∅) to v(N) as players come in the order given.
func path(ctx context.Context, g explain.Game, scores []float64, order []int) ([]float64, error) {
	if err := checkGame(g, scores); err != nil {
		return nil, err
	}
	steps := explain.NewCoalitions(len(order), len(order)+1)
	c := explain.NewCoalition(len(order))
	steps.Append(c)
	for _, p := range order {
		c.Add(p)
		steps.Append(c)
	}
	return values(ctx, g, steps)
}
