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

// A ValueError tells that a game gave a coalition a value that is no number, or
// one that is too large to reckon with.
type ValueError struct {
	Present []int   // the players of the coalition
	Output  int     // the output that is at fault
	Value   float64 // NaN, an infinity, or beyond ±10¹⁴⁰
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("explain: the game values the coalition of players %v at %v (output %d)", e.Present, e.Value, e.Output)
}

// Check returns g as estimators like to ask it: batches of any length are handed
// on in pieces of at most [MaxBatch] coalitions, the context is looked at before
// each, and a value that is NaN, infinite or beyond ±10¹⁴⁰ becomes a [ValueError].
func Check(g Game) Game { return checked{g} }

type checked struct{ Game }

func (c checked) Unwrap() Game { return c.Game }

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
			if !(math.Abs(v) <= maxValue) {
				return &ValueError{slices.Collect(piece.At(i / k).Players()), i % k, v}
			}
		}
	}
	return ctx.Err()
}
