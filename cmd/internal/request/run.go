package request

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/shap"
)

// A Run is one request being answered.
type Run struct {
	Request     Request
	Game        explain.Game // may be wrapped before the run begins, as by what shows progress
	Estimator   explain.PlannedEstimator
	Evaluations int  // maximum number of model evaluations
	MayFail     bool // the game may fail on the way: what is known by then is returned with the error
	// Each, where it is not nil, is told of better and better estimates on the way to
	// the last, by estimators that have any.
	Each func(x *explain.Explanation)

	warnings []string
}

// mostKept is how many coalitions an estimator may value for their values to be
// kept, so that the fit of the scores is measured on others.
const mostKept = 1 << 16

// NewRun returns a run of the request's method on a game.
func (r Request) NewRun(g explain.Game) (*Run, error) {
	p, err := r.plan(g.Players())
	if err != nil {
		return nil, err
	}
	run := &Run{Request: r, Game: g, Estimator: p.estimator, Evaluations: p.most}
	if r.Precision != "" && r.Precision != model.Float32.String() {
		run.warnings = append(run.warnings, "the model ran in "+r.Precision+": values differ a little from those in float32")
	}
	return run, nil
}

// Estimate runs the estimator and measures how well the scores add up, on the same
// pool of values.
func (r *Run) Estimate(ctx context.Context) (*explain.Explanation, error) {
	begin := time.Now()
	g := r.pool()
	x, err := r.scores(ctx, g)
	// Who interrupts a run wants an end of it, not half of an explanation.
	if x == nil || errors.Is(err, context.Canceled) {
		return nil, err
	}
	x.Seconds = time.Since(begin).Seconds()
	x.Warnings = append(x.Warnings, r.warnings...)
	lost := fmt.Sprintf("cut short at %d coalitions", x.Evaluations)
	if err == nil {
		lost = "the fit of the scores was not measured"
		err = r.measure(ctx, g, x)
	}
	switch {
	case err == nil:
		return x, nil
	case !r.MayFail, errors.Is(err, context.Canceled):
		return nil, err
	}
	cause, _, _ := strings.Cut(Plain(err), ";")
	x.Warnings = append(x.Warnings, lost+": "+cause)
	return x, err
}

// Scores runs the estimator and nothing else.
func (r *Run) Scores(ctx context.Context) (*explain.Explanation, error) {
	x, err := r.scores(ctx, r.pool())
	if err != nil {
		return nil, err
	}
	x.Warnings = append(x.Warnings, r.warnings...)
	return x, nil
}

// pool returns the game with its values kept, which mostKept bounds. Above it
// nothing is kept, and the fit is measured on coalitions that the estimator may
// have had.
func (r *Run) pool() explain.Game {
	if r.Evaluations > mostKept {
		return r.Game
	}
	return explain.Cache(r.Game)
}

// scores runs the estimator, in steps where there is a rule to stop or the game
// may fail.
func (r *Run) scores(ctx context.Context, g explain.Game) (*explain.Explanation, error) {
	rule := r.Request.rule()
	anytime, ok := r.Estimator.(shap.AnytimeEstimator)
	stops := rule != explain.StopRule{}
	switch {
	case stops && !ok:
		return nil, fault("method", "method %s values all its coalitions at once: it cannot stop early", r.Request.Method.Name).
			or("{method} kernel, for one, can")
	// In steps only where somebody makes use of them: each costs a solve of its
	// own.
	case !ok, !stops && !r.MayFail && r.Each == nil:
		x, err := r.Estimator.Estimate(ctx, g)
		return x, budgetFault(err)
	}
	x, reason, err := rule.Run(r.told(anytime.Refine(ctx, g)))
	if err != nil || !stops {
		return x, budgetFault(err)
	}
	switch left := r.Evaluations - x.Evaluations; {
	case reason != "" && left > 0:
		x.Stopped = fmt.Sprintf("%s; %d of %d coalitions are left", reason, left, r.Evaluations)
	case reason == "" && len(x.Players) > 0:
		x.Warnings = append(x.Warnings, unmet(x))
	}
	return x, nil
}

// told returns the estimates of steps, each of which is told on the way.
func (r *Run) told(steps iter.Seq2[*explain.Explanation, error]) iter.Seq2[*explain.Explanation, error] {
	if r.Each == nil {
		return steps
	}
	return func(yield func(*explain.Explanation, error) bool) {
		for x, err := range steps {
			if x != nil {
				r.Each(x)
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// unmet says that no rule to stop was met.
func unmet(x *explain.Explanation) string {
	for o := range x.Full {
		if math.IsNaN(x.MaxErr(o)) {
			return "no rule to stop early could be met: some errors are unknown"
		}
	}
	return "the budget ended before a rule to stop early was met"
}

// measure finds out how well the scores of x add up.
func (r *Run) measure(ctx context.Context, g explain.Game, x *explain.Explanation) error {
	// Fourier coefficients are of parities, not of presence: their sum over the
	// players present is no value. Of one player every score fits.
	if x.Index == explain.Fourier || len(x.Players) < 2 {
		return nil
	}
	quality, err := metric.AdditiveFit{Seed: r.Request.RandomSeed()}.Measure(ctx, g, x)
	if err != nil {
		return err
	}
	quality.HeldOut = quality.HeldOut && r.Evaluations <= mostKept // who may ask so much has asked for all
	x.Quality = quality
	return nil
}

// budgetFault marks a budget that is too small as the request's to mend.
func budgetFault(err error) error {
	var budget *explain.BudgetError
	if !errors.As(err, &budget) {
		return err
	}
	f := fault("budget", "{budget} %d is too small: at least %d evaluations are needed", budget.Have, budget.Need)
	if who, ok := strings.CutSuffix(Plain(err), ": "+budget.Error()); ok {
		f = fault("budget", "%s needs a budget of at least %d evaluations, has %d", who, budget.Need, budget.Have)
	}
	f.cause = err
	return f.or("{budget} %d is the least", budget.Need)
}
