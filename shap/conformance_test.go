package shap_test

import (
	"testing"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/explaintest"
	"github.com/whence-xai/whence/shap"
)

func TestConformance(t *testing.T) {
	estimators := map[string]struct {
		estimator explain.Estimator
		claims    explaintest.Claims
	}{
		"kernel":            {shap.Kernel{}, explaintest.Claims{}},
		"kernel, even less": {shap.Kernel{Budget: 141, Seed: 3}, explaintest.Claims{}},
		"leverage":          {shap.Leverage{Seed: 1}, explaintest.Claims{}},
		"permutation":       {shap.Permutation{Seed: 2}, explaintest.Claims{}},
		"partition":         {shap.Partition{}, explaintest.Claims{Adaptive: true}},
		"partition, short":  {shap.Partition{Budget: 142}, explaintest.Claims{Adaptive: true}},
		"sampled partition": {shap.Partition{Budget: 140, Sampled: true}, explaintest.Claims{}},
		"svarm":             {shap.SVARM{}, explaintest.Claims{}},
		"msr":               {shap.MSR{}, explaintest.Claims{}},
		"msr, Banzhaf":      {shap.MSR{Index: explain.BV}, explaintest.Claims{}},
		"bayes":             {shap.Bayes{}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"bayes, short":      {shap.Bayes{Budget: 141, Seed: 1}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"bayes, BV":         {shap.Bayes{Index: explain.BV}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"bayes, WBV":        {shap.Bayes{Index: explain.WBV, Presence: 0.3}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"bayes, k-SII":      {shap.Bayes{Index: explain.KSII, Budget: 200}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"proxy":             {shap.Proxy{}, explaintest.Claims{Adaptive: true}},
		"proxy, WBV":        {shap.Proxy{Index: explain.WBV, Presence: 0.3}, explaintest.Claims{Adaptive: true}},
		"proxy, FSII":       {shap.Proxy{Index: explain.FSII}, explaintest.Claims{Adaptive: true}},
		"proxy, k-SII":      {shap.Proxy{Index: explain.KSII, Order: 3, Budget: 200}, explaintest.Claims{Adaptive: true}},
		"faithful":          {shap.Faithful{}, explaintest.Claims{MaxPlayers: 63}},
		"faithful, FBII":    {shap.Faithful{Index: explain.FBII, Order: 3}, explaintest.Claims{MaxPlayers: 23}},
		"faithful, BV":      {shap.Faithful{Index: explain.BV}, explaintest.Claims{}},
		"auto":              {shap.Auto{}, explaintest.Claims{Adaptive: true, Pooled: true}},
		"exact SV":          {shap.Exact{}, explaintest.Claims{MaxPlayers: shap.MaxExact}},
		"exact OV":          {shap.Exact{Index: explain.OV}, explaintest.Claims{}},
	}
	for _, index := range []explain.Index{explain.BV, explain.WBV, explain.SII, explain.KSII, explain.STII,
		explain.FSII, explain.BII, explain.FBII, explain.Moebius, explain.Fourier} {
		e := estimators["exact SV"]
		e.estimator = shap.Exact{Index: index}
		estimators["exact "+index.String()] = e
	}
	for name, e := range estimators {
		t.Run(name, func(t *testing.T) { explaintest.TestEstimator(t, e.estimator, e.claims) })
	}
}
