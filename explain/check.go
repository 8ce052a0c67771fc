package explain

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// MaxBatch is the largest number of coalitions that [Check] hands to a game at once.
const MaxBatch = 4096

// maxValue bounds values, so that the squares of many of their sums are numbers.
const maxValue = 1e140

// Check returns g as estimators like to ask it: batches of any length are handed
// on in pieces of at most [MaxBatch] coalitions, the context is looked at before
// each, and a value that is NaN, infinite or beyond ±10¹⁴⁰ is an error
// that names the coalition.
func Check(g Game) Game { return checked{g} }

type checked struct{ Game }

func (c checked) Unwrap() Game { return c.Game }

// Value looks at the context after the last piece, too: who cancelled gets no
// values.
func (c checked) Value(ctx context.Context, dst []float64, batch *Coalitions) error {
	k := c.Outputs()
	for lo := 0; lo < batch.Len(); lo += MaxBatch {
		hi := min(lo+MaxBatch, batch.Len())
		if err := ctx.Err(); err != nil {
			return err
		}
		values, piece := dst[lo*k:hi*k], batch.Slice(lo, hi)
		if err := c.Game.Value(ctx, values, piece); err != nil {
			return err
		}
		for i, v := range values {
			// Written so that NaN is refused, too.
			if !(math.Abs(v) <= maxValue) {
				return fmt.Errorf("explain: the game values the coalition of players %v at %v (output %d)",
					slices.Collect(piece.At(i/k).Players()), v, i%k)
			}
		}
	}
	return ctx.Err()
}
