package explain_test

import (
	"errors"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/whence-xai/whence/explain"
)

// scored returns an explanation of one output with the scores given, all with the same error.
func scored(err float64, scores ...float64) *explain.Explanation {
	x := &explain.Explanation{Full: []float64{0}}
	for p, s := range scores {
		x.Terms = append(x.Terms, explain.Term{Players: []int{p}, Score: []float64{s}, Err: []float64{err}})
	}
	return x
}

func TestStopRuleMet(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		rule explain.StopRule
		x    *explain.Explanation
		want string // part of the reason; empty where the rule is not met
	}{
		{explain.StopRule{}, scored(0, 1, 2), ""},
		{explain.StopRule{MaxError: 0.05}, scored(0.1, -1, 1), "0.05 of the spread"},
		{explain.StopRule{MaxError: 0.05}, scored(0.11, -1, 1), ""},
		{explain.StopRule{MaxError: 0.05}, scored(nan, -1, 1), ""},
		{explain.StopRule{MaxError: 0.05}, scored(0.1, 1, 1), ""},
		{explain.StopRule{MaxError: 0.05}, scored(0, 1, 1), "0 of the spread"},
		{explain.StopRule{StableTop: 1}, scored(0.1, -3, 1, 0.5), "1 leading players"},
		{explain.StopRule{StableTop: 1}, scored(1, -3, 1, 0.5), ""},
		{explain.StopRule{StableTop: 1}, scored(nan, -3, 1, 0.5), ""},
		{explain.StopRule{StableTop: 2}, scored(0.1, -3, 1, 0.9), ""},
		{explain.StopRule{StableTop: 3}, scored(0.1, -3, 1, 0.9), "3 leading players"},
		{explain.StopRule{StableTop: 3}, scored(nan, -3, 1, 0.9), ""},
		{explain.StopRule{MaxError: 0.01, StableTop: 1}, scored(0.1, -3, 1, 0.9), "leading"},
		{explain.StopRule{MaxError: 1}, scored(0), ""},
	} {
		reason, met := c.rule.Met(c.x)
		if met != (c.want != "") || !strings.Contains(reason, c.want) {
			t.Errorf("%+v of %v: %v, %q, want %q", c.rule, c.x.Terms, met, reason, c.want)
		}
	}
}

func TestStopRuleRun(t *testing.T) {
	broken := errors.New("broken")
	asked := 0
	refine := func(fail bool) iter.Seq2[*explain.Explanation, error] {
		return func(yield func(*explain.Explanation, error) bool) {
			for asked = 1; asked < 9; asked++ {
				if fail && asked == 5 {
					yield(nil, broken)
					return
				}
				x := scored(1/float64(asked), -1, 1)
				x.Evaluations = asked * asked
				if !yield(x, nil) {
					return
				}
			}
		}
	}
	x, reason, err := explain.StopRule{MaxError: 0.165}.Run(refine(false)) // 0.1 at the fifth look
	if err != nil || asked != 5 || x.Terms[0].Err[0] != 0.2 || reason == "" {
		t.Errorf("stopped after %d: %q, %v", asked, reason, err)
	}
	if x, reason, err = (explain.StopRule{MaxError: 0.01}).Run(refine(false)); err != nil || reason != "" || x.Terms[0].Err[0] != 0.125 {
		t.Errorf("a rule never met: %q, %v, %v", reason, err, x)
	}
	if x, _, err = (explain.StopRule{MaxError: 0.01}).Run(refine(true)); !errors.Is(err, broken) || x.Terms[0].Err[0] != 0.25 {
		t.Errorf("a game that broke is not left with what was known: %v, %v", x, err)
	}
}

// TestStopRuleLooksSeldom: explanations that rest on hardly more coalitions than
// the last one looked at are passed over.
func TestStopRuleLooksSeldom(t *testing.T) {
	x, reason, err := explain.StopRule{MaxError: 0.5}.Run(func(yield func(*explain.Explanation, error) bool) {
		for _, evaluations := range []int{100, 124, 125, 130} {
			x := scored(map[bool]float64{true: 3, false: 0.1}[evaluations == 100], -1, 1)
			x.Evaluations = evaluations
			if !yield(x, nil) {
				return
			}
		}
	})
	if err != nil || reason == "" || x.Evaluations != 125 {
		t.Errorf("stopped at %d coalitions: %q, %v", x.Evaluations, reason, err)
	}
}
