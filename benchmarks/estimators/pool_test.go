package main

import (
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// TestOnePoolManyAnswers: what is asked of one pool, one thing after the other,
// is valued once: the game sees no coalition twice.
func TestOnePoolManyAnswers(t *testing.T) {
	const players = 14
	asked := map[string]bool{}
	inner := explaintest.Random(1, players, 3, 20)
	pool := explain.Cache(explain.Func(players, func(c explain.Coalition) float64 {
		if asked[c.Key()] {
			t.Errorf("coalition %x is valued twice", c)
		}
		asked[c.Key()] = true
		var value [1]float64
		batch := explain.NewCoalitions(players, 1)
		batch.Append(c)
		if err := inner.Value(t.Context(), value[:], batch); err != nil {
			t.Error(err)
		}
		return value[0]
	}))
	var x *explain.Explanation
	for _, c := range []struct {
		name string
		most int // coalitions known afterwards
		ask  func() (*explain.Explanation, error)
	}{
		{"Shapley", 140, func() (*explain.Explanation, error) { return shap.Bayes{Budget: 140}.Estimate(t.Context(), pool) }},
		{"more", 280, func() (*explain.Explanation, error) { return shap.Bayes{Budget: 280}.Extend(t.Context(), pool) }},
		{"Banzhaf", 280, func() (*explain.Explanation, error) {
			return shap.Bayes{Index: explain.BV, Budget: 280}.Extend(t.Context(), pool)
		}},
		{"interactions", 280, func() (*explain.Explanation, error) {
			return shap.Bayes{Index: explain.SII, Budget: 280}.Extend(t.Context(), pool)
		}},
		{"LIME", 280, func() (*explain.Explanation, error) {
			return lime.Bayes{Budget: 280}.Extend(t.Context(), pool)
		}},
		{"kernel", 420, func() (*explain.Explanation, error) { return shap.Kernel{Budget: 140}.Estimate(t.Context(), pool) }},
		{"kernel, more", 560, func() (*explain.Explanation, error) { return shap.Kernel{Budget: 280}.Estimate(t.Context(), pool) }},
		{"leave-one-out", 600, func() (*explain.Explanation, error) {
			_, err := metric.LeaveOneOut(t.Context(), pool)
			return x, err
		}},
	} {
		var err error
		if x, err = c.ask(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if pool.Len() > c.most {
			t.Errorf("%s: %d coalitions known, want at most %d", c.name, pool.Len(), c.most)
		}
	}
}
