package main

import (
	"math"
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// A method is an estimator by its name in the tables.
type method struct {
	name string
	with func(budget int, seed uint64) explain.Estimator
}

// exact returns what knows the index when all coalitions are valued.
func exact(index explain.Index) explain.Estimator {
	if index == explain.LIME {
		return lime.Bayes{Budget: math.MaxInt}
	}
	return shap.Exact{Index: index}
}

// methods lists the estimators that know an index.
func methods(index explain.Index) []method {
	if index == explain.LIME {
		return []method{
			{"Bayes", func(b int, s uint64) explain.Estimator { return lime.Bayes{Budget: b, Seed: s} }},
			{"Sampling", func(b int, s uint64) explain.Estimator { return lime.Lime{Samples: b - 1, Seed: s} }},
		}
	}
	all := []method{
		{"Bayes", func(b int, s uint64) explain.Estimator { return shap.Bayes{Index: index, Budget: b, Seed: s} }},
	}
	if index == explain.SV {
		return append(all,
			method{"Proxy", func(b int, s uint64) explain.Estimator { return shap.Proxy{Budget: b, Seed: s} }},
			method{"Kernel", func(b int, s uint64) explain.Estimator { return shap.Kernel{Budget: b, Seed: s} }},
			method{"Leverage", func(b int, s uint64) explain.Estimator { return shap.Leverage{Budget: b, Seed: s} }},
			method{"Permutation", func(b int, s uint64) explain.Estimator { return shap.Permutation{Budget: b, Seed: s} }},
			method{"SVARM", func(b int, s uint64) explain.Estimator { return shap.SVARM{Budget: b, Seed: s} }},
			method{"MSR", func(b int, s uint64) explain.Estimator { return shap.MSR{Budget: b, Seed: s} }})
	}
	all = append(all, method{"Proxy", func(b int, s uint64) explain.Estimator { return shap.Proxy{Index: index, Budget: b, Seed: s} }})
	switch index {
	case explain.BV, explain.FSII, explain.FBII:
		all = append(all, method{"Faithful", func(b int, s uint64) explain.Estimator { return shap.Faithful{Index: index, Budget: b, Seed: s} }})
	}
	if index == explain.BV {
		all = append(all, method{"MSR", func(b int, s uint64) explain.Estimator { return shap.MSR{Index: index, Budget: b, Seed: s} }})
	}
	return all
}

// choose returns the methods with one of the names, or all.
func choose(index explain.Index, names string) []method {
	all := methods(index)
	if names == "" {
		return all
	}
	known := strings.Split(strings.ToLower(names), ",")
	return slices.DeleteFunc(all, func(m method) bool { return !slices.Contains(known, strings.ToLower(m.name)) })
}
