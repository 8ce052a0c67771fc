package metric_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/statistics"
)

// A golden is a case of testdata/metrics.json, made by metrics.py.
type golden struct {
	Values    []float64          `json:"values"`
	Scores    []float64          `json:"scores"`
	Rationale []int              `json:"rationale"`
	Subsets   map[string][][]int `json:"subsets"`
	Others    [][]float64        `json:"others"`
	Ferret    map[string]float64 `json:"ferret"`
	Quantus   struct {
		Estimate    float64            `json:"faithfulness_estimate"`
		Monotonic   float64            `json:"monotonicity_correlation"`
		Infidelity  float64            `json:"infidelity_prefixes"`
		Sparseness  float64            `json:"sparseness"`
		Entropy     float64            `json:"entropy"`
		Effective   float64            `json:"effective"`
		Correlation map[string]float64 `json:"faithfulness_correlation"`
		Sensitivity float64            `json:"max_sensitivity"`
	} `json:"quantus"`
}

func goldens(t *testing.T) []golden {
	t.Helper()
	b, err := os.ReadFile("testdata/metrics.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func (c *golden) game() explain.Game {
	return explain.Func(len(c.Scores), func(s explain.Coalition) float64 { return c.Values[s[0]] })
}

// sets returns sets of players as coalitions.
func (c *golden) sets(sets [][]int) *explain.Coalitions {
	out := explain.NewCoalitions(len(c.Scores), len(sets))
	for _, s := range sets {
		out.Append(explain.NewCoalition(len(c.Scores), s...))
	}
	return out
}

// prefixes returns the first player, the first two … all.
func (c *golden) prefixes() *explain.Coalitions {
	var sets [][]int
	for n := range c.Scores {
		sets = append(sets, nil)
		for p := range n + 1 {
			sets[n] = append(sets[n], p)
		}
	}
	return c.sets(sets)
}

// tolerance is for sums in another order.
const tolerance = 1e-9

func same(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// must returns what a metric says, which must not fail.
func must(t *testing.T) func(v float64, err error) float64 {
	return func(v float64, err error) float64 {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestAsFerret(t *testing.T) {
	ctx := context.Background()
	for _, c := range goldens(t) {
		g, is := c.game(), must(t)
		same(t, "comprehensiveness", is(metric.AOPC{}.Comprehensiveness(ctx, g, c.Scores)), c.Ferret["comprehensiveness"], tolerance)
		same(t, "sufficiency", is(metric.AOPC{}.Sufficiency(ctx, g, c.Scores)), c.Ferret["sufficiency"], tolerance)
		signed := metric.AOPC{Signed: true}
		same(t, "comprehensiveness", is(signed.Comprehensiveness(ctx, g, c.Scores)), c.Ferret["comprehensiveness_signed"], tolerance)
		same(t, "sufficiency", is(signed.Sufficiency(ctx, g, c.Scores)), c.Ferret["sufficiency_signed"], tolerance)
		loo, err := metric.LeaveOneOut(ctx, g)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "tau-LOO", statistics.KendallTau(c.Scores, loo), c.Ferret["tau_loo"], tolerance)
		marked := make([]bool, len(c.Rationale))
		for p, m := range c.Rationale {
			marked[p] = m == 1
		}
		same(t, "AUPRC", metric.AUPRC(c.Scores, marked), c.Ferret["auprc"], tolerance)
		same(t, "token F1", metric.TokenF1(c.Scores, marked, 3), c.Ferret["f1"], tolerance)
		same(t, "token IOU", metric.TokenIOU(c.Scores, marked, 3), c.Ferret["iou"], tolerance)
	}
}

func TestAsQuantus(t *testing.T) {
	ctx := context.Background()
	for _, c := range goldens(t) {
		g, q, is := c.game(), c.Quantus, must(t)
		loo, err := metric.LeaveOneOut(ctx, g)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "faithfulness estimate", statistics.Pearson(c.Scores, loo), q.Estimate, tolerance)
		same(t, "monotonicity correlation", metric.MonotonicityCorrelation(c.Scores, loo), q.Monotonic, tolerance)
		for size, want := range q.Correlation {
			s := metric.Subsets{Removed: c.sets(c.Subsets[size])}
			same(t, "faithfulness correlation "+size, is(s.Correlation(ctx, g, c.Scores)), want, tolerance)
		}
		s := metric.Subsets{Removed: c.prefixes()}
		same(t, "infidelity", is(s.Infidelity(ctx, g, c.Scores)), q.Infidelity, tolerance)
		same(t, "sparseness", metric.Sparseness(c.Scores), q.Sparseness, 1e-6) // Quantus adds 1e-7 to each score
		same(t, "entropy", metric.Entropy(c.Scores), q.Entropy, tolerance)
		same(t, "effective complexity", float64(metric.EffectiveComplexity(c.Scores)), q.Effective, 0)
		worst := 0.0
		for _, other := range c.Others {
			worst = max(worst, metric.Change(c.Scores, other))
		}
		same(t, "max-sensitivity", worst, q.Sensitivity, tolerance)
	}
}

// TestSensitivityN: it is the mean of the correlations over the sizes of sets.
func TestSensitivityN(t *testing.T) {
	ctx := context.Background()
	for _, c := range goldens(t) {
		g, n := c.game(), len(c.Scores)
		want := 0.0
		for size := 1; size <= n*4/5; size++ {
			want += must(t)(metric.Subsets{Size: size, Seed: 3}.Correlation(ctx, g, c.Scores)) / float64(n*4/5)
		}
		same(t, "sensitivity-n of "+strconv.Itoa(n), must(t)(metric.Subsets{Seed: 3}.SensitivityN(ctx, g, c.Scores)), want, tolerance)
	}
}
