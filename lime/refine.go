package lime

import (
	"context"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Refine yields better and better explanations, the last of which is what
// Estimate returns. After an error it yields no more. It yields
// what it has of as many draws as there are players, and whenever their number
// has doubled; with fewer draws the ridge penalty weighs more.
func (l Lime) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		pool := explain.Cache(explain.Check(g))
		whole := l.withDefaults().Samples
		// A run of more samples begins with those of fewer, so the pool knows half
		// of each round's.
		for l.Samples = max(2, g.Players()); l.Samples < whole; l.Samples *= 2 {
			if x, err := l.Estimate(ctx, pool); !yield(x, err) || err != nil {
				return
			}
		}
		l.Samples = whole
		yield(l.Estimate(ctx, pool))
	}
}

// Extend continues an earlier run: it draws the coalitions of one with the same
// seed again and values none that the pool knows.
func (l Lime) Extend(ctx context.Context, known *explain.Pool) (*explain.Explanation, error) {
	return l.Estimate(ctx, known)
}
