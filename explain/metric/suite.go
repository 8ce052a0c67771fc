package metric

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/statistics"
)

// A Suite judges an explanation by all metrics that a game and its scores allow.
type Suite struct {
	// Probability turns a value of the game into a probability, the scale on which
	// the curves are defined; [Logistic] for log-odds, nil where values are such or
	// have no probability.
	Probability func(value float64) float64
	Random      int    // scores in random order that stand for no explanation; 5 where zero
	Seed        uint64 // of that order and of the sets drawn
}

// A Result is what a metric says of an explanation and, for scale, of others of
// the same game.
type Result struct {
	Name        string
	Better      Direction
	Value       float64 // of the explanation; NaN where it is not defined
	Random      float64 // mean over the explanation's own scores in random orders
	LeaveOneOut float64 // of the scores that [LeaveOneOut] gives
}

// A Direction says which values of a metric are the better ones.
type Direction int8

// The directions.
const (
	Lower   Direction = -1
	Neither Direction = 0 // the metric describes and does not judge
	Higher  Direction = 1
)

// Curves are the values on the way from one end of a game to the other, by the
// scores of an explanation and of the others that a [Result] has.
type Curves struct{ Value, Random, LeaveOneOut []float64 }

// A Judgement is what a [Suite] finds.
type Judgement struct {
	Results             []Result
	Deletion, Insertion Curves // in probabilities, where the suite has them
	Fit                 *explain.Quality
}

const defaultRandom = 5

// Judge judges an output of x. g should be the pool that the estimator had, so
// that nothing is valued twice.
func (s Suite) Judge(ctx context.Context, g explain.Game, x *explain.Explanation, output int) (*Judgement, error) {
	pool, scores := explain.Cache(g), x.Scores(output)
	if len(scores) != g.Players() || len(scores) == 0 {
		return nil, fmt.Errorf("metric: an explanation of %d players for a game of %d", len(scores), g.Players())
	}
	value, chance := View(pool, output, nil), View(pool, output, s.Probability)
	loo, err := LeaveOneOut(ctx, value)
	if err != nil {
		return nil, err
	}
	j, sides := &Judgement{}, append([][]float64{scores, loo}, s.Shuffled(scores)...)
	if err := j.fit(ctx, AdditiveFit{Seed: s.Seed}, pool, x, output, sides); err != nil {
		return nil, err
	}
	for _, of := range []struct {
		curves *Curves
		draw   func(context.Context, explain.Game, []float64) ([]float64, error)
	}{{&j.Deletion, Deletion}, {&j.Insertion, Insertion}} {
		if err := of.curves.draw(sides, func(scores []float64) ([]float64, error) { return of.draw(ctx, chance, scores) }); err != nil {
			return nil, err
		}
	}
	j.Results = append(j.Results, j.Deletion.area("deletion area", Lower), j.Insertion.area("insertion area", Higher))
	for _, m := range slices.Concat(faithful(ctx, value, chance, loo, s.Seed), simple(x.Full[output]-x.Baseline[output])) {
		if err := j.add(m, sides); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// add judges the sides: the explanation, leave-one-out, and the random ones.
func (j *Judgement) add(m measure, sides [][]float64) error {
	v := make([]float64, len(sides))
	for i, scores := range sides {
		var err error
		if v[i], err = m.of(scores); err != nil {
			return err
		}
	}
	j.Results = append(j.Results, Result{m.name, m.better, v[0], statistics.Mean(v[2:]), v[1]})
	return nil
}

// fit measures how well the scores of all sides add up, on the same coalitions.
func (j *Judgement) fit(ctx context.Context, a AdditiveFit, pool *explain.Pool, x *explain.Explanation, output int, sides [][]float64) error {
	if x.Index == explain.Fourier {
		return nil
	}
	first, heldOut, err := a.learn(ctx, pool)
	if err != nil {
		return err
	}
	j.Fit = fit(x, pool, first)
	j.Fit.HeldOut = heldOut
	r2 := measure{"additive fit R²", Higher, func(scores []float64) (float64, error) {
		return fit(rescored(x, output, scores), pool, first).R2[output], nil
	}}
	if err := j.add(r2, sides); err != nil {
		return err
	}
	j.Results[len(j.Results)-1].Value = j.Fit.R2[output] // interactions included
	return nil
}

// rescored returns x with other scores for the players of an output, and no
// interactions.
func rescored(x *explain.Explanation, output int, scores []float64) *explain.Explanation {
	y := *x
	y.Terms = nil
	for p, score := range scores {
		t := explain.Term{Players: []int{p}, Score: make([]float64, len(x.Full))}
		t.Score[output] = score
		y.Terms = append(y.Terms, t)
	}
	return &y
}

// draw draws the curves of all sides.
func (c *Curves) draw(sides [][]float64, curve func(scores []float64) ([]float64, error)) error {
	for i, scores := range sides {
		points, err := curve(scores)
		if err != nil {
			return err
		}
		switch i {
		case 0:
			c.Value, c.Random = points, make([]float64, len(points))
		case 1:
			c.LeaveOneOut = points
		default:
			for at, v := range points {
				c.Random[at] += v / float64(len(sides)-2)
			}
		}
	}
	return nil
}

// area is what the areas under the curves say.
func (c *Curves) area(name string, better Direction) Result {
	return Result{name, better, Area(c.Value), Area(c.Random), Area(c.LeaveOneOut)}
}

// Shuffled returns scores in random orders, Random times.
func (s Suite) Shuffled(scores []float64) [][]float64 {
	n := s.Random
	if n == 0 {
		n = defaultRandom
	}
	rng := rand.New(rand.NewPCG(s.Seed, 0x72616e646f6d)) // a stream of its own
	all := make([][]float64, n)
	for i := range all {
		for _, p := range rng.Perm(len(scores)) {
			all[i] = append(all[i], scores[p])
		}
	}
	return all
}
