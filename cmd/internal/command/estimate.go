package command

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/cmd/internal/request"
	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/shap"
)

// mostKept is how many coalitions an estimator may value for their values to be
// kept, so that the fit of the scores is measured on others.
const mostKept = 1 << 16

// estimate runs the estimator of the flags on a game and measures how well the
// scores add up, on the same pool of values. Of a game that may fail on the way,
// it returns with the error what is known by then.
func (p *program) estimate(c *cli.Context, g explain.Game, mayFail bool) (*explain.Explanation, error) {
	estimator, most, err := chosen(c, g.Players())
	if err != nil {
		return nil, err
	}
	g, done := p.watch(g, most)
	defer done()
	if most <= mostKept {
		g = explain.Cache(g)
	}
	begin := time.Now()
	x, err := attempt(c.Context, c, estimator, g, most, mayFail)
	if x == nil || errors.Is(err, context.Canceled) {
		return nil, badBudget(err)
	}
	x.Seconds, x.Run = time.Since(begin).Seconds(), ran(c)
	p.step(begin, "%s: %d players, %d coalitions valued", x.Estimator.Name, len(x.Players), x.Evaluations)
	lost := fmt.Sprintf("cut short at %d coalitions", x.Evaluations)
	if err == nil {
		lost = "the fit of the scores was not measured"
		err = measure(c, g, x, most)
	}
	if err == nil {
		return x, nil
	}
	if !mayFail || errors.Is(err, context.Canceled) {
		return nil, err
	}
	what, _, _ := strings.Cut(request.Plain(err), ";")
	x.Warnings = append(x.Warnings, lost+": "+what)
	return x, err
}

// attempt runs an estimator, in steps where the flags have a rule to stop or the
// game may fail.
func attempt(ctx context.Context, c *cli.Context, estimator explain.Estimator, g explain.Game, most int, mayFail bool) (*explain.Explanation, error) {
	rule := explain.StopRule{MaxError: c.Float64("max-error"), StableTop: c.Int("stable-top")}
	anytime, ok := estimator.(shap.AnytimeEstimator)
	stops := rule != explain.StopRule{}
	switch {
	case stops && !ok:
		return nil, usage("method %s values all its coalitions at once: it cannot stop early", c.String("method")).
			or("--method kernel, for one, can")
	case !ok, !stops && !mayFail:
		return estimator.Estimate(ctx, g)
	}
	x, reason, err := rule.Run(anytime.Refine(ctx, g))
	if err != nil || !stops {
		return x, err
	}
	switch left := most - x.Evaluations; {
	case reason != "" && left > 0:
		x.Stopped = fmt.Sprintf("%s; %d of %d coalitions are left", reason, left, most)
	case reason == "" && len(x.Players) > 0:
		x.Warnings = append(x.Warnings, unmet(x))
	}
	return x, nil
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
func measure(c *cli.Context, g explain.Game, x *explain.Explanation, most int) (err error) {
	if x.Index == explain.Fourier || len(x.Players) < 2 {
		return nil
	}
	quality, err := metric.AdditiveFit{Seed: c.Uint64("seed")}.Measure(c.Context, g, x)
	if err != nil {
		return err
	}
	quality.HeldOut = quality.HeldOut && most <= mostKept // an estimator that may ask so much has asked for all
	x.Quality = quality
	return nil
}

// badBudget marks a budget that is too small as the user's to mend.
func badBudget(err error) error {
	var budget *explain.BudgetError
	if errors.As(err, &budget) {
		return &usageError{err: err, hint: fmt.Sprintf("--budget %d is the least", budget.Need)}
	}
	return err
}
