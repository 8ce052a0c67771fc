package lime

import (
	"context"
	"iter"

	"github.com/whence-xai/whence/explain"
)

// Refine yields better and better explanations, the last of which is what
// Estimate returns. After an error it yields no more. Method Sampling yields
// what it has of as many draws as there are players, and whenever their number
// has doubled; with fewer draws the ridge penalty weighs more.
func (l Lime) Refine(ctx context.Context, g explain.Game) iter.Seq2[*explain.Explanation, error] {
	return func(yield func(*explain.Explanation, error) bool) {
		if l.Method == Bayes {
			x, err := l.bayes(ctx, g, nil, func(x *explain.Explanation) bool { return yield(x, nil) })
			if x != nil || err != nil {
				yield(x, err)
			}
			return
		}
		pool := explain.Cache(explain.Check(g))
		whole := l.withDefaults().Samples
		for l.Samples = max(2, g.Players()); l.Samples < whole; l.Samples *= 2 {
			if x, err := l.Estimate(ctx, pool); !yield(x, err) || err != nil {
				return
			}
		}
		l.Samples = whole
		yield(l.Estimate(ctx, pool))
	}
}

// Extend continues an earlier run of method Bayes: it learns from all complementary
// pairs that the pool knows, in the order of their valuation and up to Budget
// coalitions, and values as many more as the budget leaves. Method Sampling
// draws the coalitions of an earlier run with the same seed again, and values
// none that the pool knows.
func (l Lime) Extend(ctx context.Context, known *explain.Pool) (*explain.Explanation, error) {
	if l.Method == Bayes {
		return l.bayes(ctx, known, known, nil)
	}
	return l.Estimate(ctx, known)
}
