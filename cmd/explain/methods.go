package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// A request is what the flags ask of an estimator.
type request struct {
	index  explain.Index
	order  int
	budget int
	seed   uint64
}

// A method is an estimator that --method can name, and the indices it knows,
// its default first.
type method struct {
	name    string
	indices []explain.Index
	make    func(r request) explain.Estimator
}

var (
	shapley      = []explain.Index{explain.SV}
	interactions = []explain.Index{explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII, explain.Moebius, explain.Fourier}
	everything   = slices.Concat(shapley, []explain.Index{explain.BV, explain.WBV, explain.OV}, interactions)
)

// methods returns the methods, the default first. What auto does for an index
// other than the Shapley values is in [chosen].
func methods() []method {
	return []method{
		{"auto", shapley, func(r request) explain.Estimator { return shap.Auto{Budget: r.budget, Seed: r.seed} }},
		{"exact", everything, func(r request) explain.Estimator { return shap.Exact{Index: r.index, Order: r.order} }},
		{"kernel", shapley, func(r request) explain.Estimator { return shap.Kernel{Budget: r.budget, Seed: r.seed} }},
		{"leverage", shapley, func(r request) explain.Estimator { return shap.Leverage{Budget: r.budget, Seed: r.seed} }},
		{"permutation", shapley, func(r request) explain.Estimator { return shap.Permutation{Budget: r.budget, Seed: r.seed} }},
		{"svarm", shapley, func(r request) explain.Estimator { return shap.SVARM{Budget: r.budget, Seed: r.seed} }},
		{"msr", everything[:2], func(r request) explain.Estimator {
			return shap.MSR{Index: r.index, Budget: r.budget, Seed: r.seed}
		}},
		{"proxy", slices.Concat(everything[:2], interactions), func(r request) explain.Estimator {
			return shap.Proxy{Index: r.index, Order: r.order, Budget: r.budget, Seed: r.seed}
		}},
		{"partition", []explain.Index{explain.OV}, func(r request) explain.Estimator { return shap.Partition{Budget: r.budget, Seed: r.seed} }},
		{"lime", []explain.Index{explain.LIME}, func(r request) explain.Estimator { return lime.Lime{Samples: r.budget, Seed: r.seed} }},
	}
}

func methodNames() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

const (
	// limeSamples is how many coalitions LIME draws by default.
	limeSamples = 5000
	// mostUnasked is how many coalitions auto values for an index that it has no
	// estimate of.
	mostUnasked = 4096
)

// chosen returns the estimator that the flags ask for, for games of so many
// players, and how many coalitions it will value at most.
func chosen(c *cli.Context, players int) (explain.Estimator, int, error) {
	m := methods()[slices.Index(methodNames(), c.String("method"))]
	r := request{index: m.indices[0], order: c.Int("order"), budget: c.Int("budget"), seed: c.Uint64("seed")}
	if given := c.String("index"); given != "" {
		var err error
		if r.index, err = explain.ParseIndex(given); err != nil {
			return nil, 0, &usageError{err: err}
		}
	}
	if r.order > 1 && !slices.Contains(interactions, r.index) {
		return nil, 0, usage("%v is of order 1, not %d", r.index, r.order).or("--index k-SII, for one, has interactions")
	}
	all := 1 << min(players, 30)
	unknown := !slices.Contains(m.indices, r.index)
	switch {
	case unknown && m.name == "auto":
		m = instead(r.index)
		if m.name == "exact" && all > max(mostUnasked, r.budget) {
			return nil, 0, usage("%v of %d players takes all %d coalitions", r.index, players, all).or("%s", knowing(r.index))
		}
	case unknown:
		return nil, 0, usage("method %s does not estimate %v", m.name, r.index).or("%s", knowing(r.index))
	}
	if m.name == "exact" && r.budget > 0 && r.budget < all {
		return nil, 0, usage("%v of %d players takes all %d coalitions, and --budget is %d", r.index, players, all, r.budget)
	}
	return m.make(r), min(planned(m.name, players, r.budget), all), nil
}

// instead returns the method that auto leaves an index to: its own, or else the
// exact one.
func instead(index explain.Index) method {
	all := methods()
	own := slices.IndexFunc(all, func(m method) bool { return m.indices[0] == index })
	return all[max(own, slices.Index(methodNames(), "exact"))]
}

// knowing says which methods know an index.
func knowing(index explain.Index) string {
	var names []string
	for _, m := range methods() {
		if slices.Contains(m.indices, index) {
			names = append(names, "--method "+m.name)
		}
	}
	return strings.Join(names, " or ")
}

// planned is how many coalitions a method values where there are enough.
func planned(method string, players, budget int) int {
	switch {
	case method == "exact":
		return 1 << min(players, 30)
	case budget > 0:
		return budget
	case method == "lime":
		return limeSamples
	}
	return shap.DefaultBudget(players)
}
