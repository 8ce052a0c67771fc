package metric

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
)

// AOPC compares the whole text with its rationales, the players of the largest
// scores: the area over the perturbation curve of ERASER (DeYoung et al. 2020,
// §4.2) as ferret computes it. Ferret gives a game whose values are probabilities.
//
// A rationale has q·n players, rounded down, of those whose score is positive;
// one that is empty or the same as the one before does not count. Of equal scores
// the earlier player goes first.
type AOPC struct {
	Shares []float64 // the q; a tenth, two tenths … the whole where nil
	Signed bool      // take the players of negative scores too, after the others
}

// Comprehensiveness is the mean of v(N) − v(N∖R) over the rationales R: what
// their removal costs. Higher is better; 0 where no score is positive.
func (a AOPC) Comprehensiveness(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	removed, err := a.rationales(g, scores)
	if err != nil || removed.Len() == 0 {
		return 0, err
	}
	v, err := drops(ctx, g, removed)
	return statistics.Mean(v), err
}

// Sufficiency is the mean of v(N) − v(R) over the rationales R: what is lost when
// nothing else stays. Lower is better; where no score is positive it is
// v(N) − v(∅), for which ferret has 1.
func (a AOPC) Sufficiency(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	kept, err := a.rationales(g, scores)
	if err != nil {
		return 0, err
	}
	n := len(scores)
	if kept.Len() == 0 {
		kept.Append(explain.NewCoalition(n))
	}
	for _, c := range kept.All() {
		c.Complement(c, n) // what goes, so that drops can tell
	}
	v, err := drops(ctx, g, kept)
	return statistics.Mean(v), err
}

// rationales returns them from the smallest to the largest, each within the next.
func (a AOPC) rationales(g explain.Game, scores []float64) (*explain.Coalitions, error) {
	if err := checkGame(g, scores); err != nil {
		return nil, err
	}
	shares := a.Shares
	if shares == nil {
		for tenth := range 10 {
			shares = append(shares, float64(tenth+1)/10)
		}
	}
	order := descending(scores)
	if !a.Signed {
		order = slices.DeleteFunc(order, func(p int) bool { return scores[p] <= 0 })
	}
	out, last := explain.NewCoalitions(len(scores), len(shares)), 0
	for _, q := range shares {
		const exact = 1e-9 // 0.3 is a little less than three tenths
		size := min(int(math.Floor(q*float64(len(scores))+exact)), len(order))
		if size > 0 && size != last {
			out.Append(explain.NewCoalition(len(scores), order[:size]...))
			last = size
		}
	}
	return out, nil
}

// descending returns the players by score, the largest first.
func descending(scores []float64) []int {
	order := make([]int, len(scores))
	for p := range order {
		order[p] = p
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	return order
}

func sum(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum
}
