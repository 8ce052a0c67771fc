package metric

import (
	"context"
	"math/rand/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
)

// Subsets compares the scores of sets of players with what their removal costs:
// Σφ over S with v(N) − v(N∖S), for sets S drawn at random.
type Subsets struct {
	Runs int    // sets to draw, of each size; 100 where zero
	Size int    // players in each; where zero a quarter of all, rounded up, or by the metric
	Seed uint64 // of the draws

	// Removed are the sets, where they are not to be drawn.
	Removed *explain.Coalitions
}

const defaultRuns = 100

// Correlation is Pearson's coefficient of the two (faithfulness correlation,
// Bhatt et al. 2020, §5). Higher is better; NaN where one of them does not vary.
func (s Subsets) Correlation(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	if s.Size == 0 {
		s.Size = (len(scores) + 3) / 4
	}
	sums, drops, err := s.measure(ctx, g, scores)
	if err != nil {
		return 0, err
	}
	return statistics.Pearson(sums, drops), nil
}

// Infidelity is the mean square of the difference of the two (Yeh et al. 2019,
// eq. 1). Where no size is given, sizes are uniform from 1 to n. Lower is better;
// it is in squares of the game's unit, so the scores must be in that unit too.
func (s Subsets) Infidelity(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	sums, drops, err := s.measure(ctx, g, scores)
	if err != nil {
		return 0, err
	}
	for i, d := range drops {
		drops[i] = (sums[i] - d) * (sums[i] - d)
	}
	return statistics.Mean(drops), nil
}

// SensitivityN is the mean of [Subsets.Correlation] over all sizes from 1 to
// four fifths of the players (Ancona et al. 2018, §3.4), those left out where it
// is not defined. Quantus has other numbers: it compares the score of one feature
// with what the removal of several costs. Higher is better.
func (s Subsets) SensitivityN(ctx context.Context, g explain.Game, scores []float64) (float64, error) {
	var all []float64
	for size := 1; size <= max(1, len(scores)*4/5); size++ {
		s.Size = size
		r, err := s.Correlation(ctx, g, scores)
		if err != nil {
			return 0, err
		}
		if r == r { // a number
			all = append(all, r)
		}
	}
	return statistics.Mean(all), nil
}

// measure returns Σφ over S and v(N) − v(N∖S), an entry for each S.
func (s Subsets) measure(ctx context.Context, g explain.Game, scores []float64) (sums, costs []float64, err error) {
	if err := checkGame(g, scores); err != nil {
		return nil, nil, err
	}
	removed := s.Removed
	if removed == nil {
		removed = s.draw(len(scores))
	}
	sums = make([]float64, removed.Len())
	for i, c := range removed.All() {
		for p := range c.Players() {
			sums[i] += scores[p]
		}
	}
	costs, err = drops(ctx, g, removed)
	return sums, costs, err
}

// draw returns Runs sets of Size players, of any size from 1 on where that is zero.
func (s Subsets) draw(n int) *explain.Coalitions {
	runs := s.Runs
	if runs == 0 {
		runs = defaultRuns
	}
	out := explain.NewCoalitions(n, runs)
	if n == 0 {
		return out
	}
	rng := rand.New(rand.NewPCG(s.Seed, 0x73756273657473+uint64(s.Size))) // a stream of its own
	for range runs {
		size := s.Size
		if size == 0 {
			size = 1 + rng.IntN(n)
		}
		out.Append(explain.NewCoalition(n, rng.Perm(n)[:min(size, n)]...))
	}
	return out
}
