package main

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// A method is an estimator that --method can name.
type method struct {
	name  string
	index explain.Index // the one it estimates
	make  func(budget int, seed uint64) explain.Estimator
}

// methods returns the methods, the default first.
func methods() []method {
	return []method{
		{"auto", explain.SV, func(b int, s uint64) explain.Estimator { return shap.Auto{Budget: b, Seed: s} }},
		{"exact", explain.SV, func(int, uint64) explain.Estimator { return shap.Exact{} }},
		{"kernel", explain.SV, func(b int, s uint64) explain.Estimator { return shap.Kernel{Budget: b, Seed: s} }},
		{"leverage", explain.SV, func(b int, s uint64) explain.Estimator { return shap.Leverage{Budget: b, Seed: s} }},
		{"permutation", explain.SV, func(b int, s uint64) explain.Estimator { return shap.Permutation{Budget: b, Seed: s} }},
		{"partition", explain.OV, func(b int, s uint64) explain.Estimator { return shap.Partition{Budget: b, Seed: s} }},
		{"lime", explain.LIME, func(b int, s uint64) explain.Estimator { return lime.Lime{Samples: b, Seed: s} }},
	}
}

// limeSamples is how many coalitions LIME draws by default.
const limeSamples = 5000

func methodNames() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

// mostUnasked is how many coalitions are valued for an index that only the
// exact method knows, unless the user insists.
const mostUnasked = 4096

// attributions are the indices that score single players.
var attributions = []explain.Index{explain.SV, explain.BV, explain.WBV, explain.PV, explain.OV, explain.LIME}

// chosen returns the estimator that the flags ask for, for games of so many
// players, and how many coalitions it will value at most.
func chosen(c *cli.Context, players int) (explain.Estimator, int, error) {
	name, budget, seed := c.String("method"), c.Int("budget"), c.Uint64("seed")
	m := methods()[slices.Index(methodNames(), name)]
	index := m.index
	if given := c.String("index"); given != "" {
		var err error
		if index, err = explain.ParseIndex(given); err != nil {
			return nil, 0, &usageError{err: err}
		}
	}
	if index != m.index && name != "auto" && name != "exact" {
		return nil, 0, usage("method %s estimates %v, not %v", name, m.index, index).or("--method exact knows every index of few players")
	}
	if order := c.Int("order"); order > 1 && slices.Contains(attributions, index) {
		return nil, 0, usage("%v is of order 1, not %d", index, order).or("--index k-SII, for one, has interactions")
	}
	all := 1 << min(players, 30)
	if name == "auto" {
		for _, other := range methods() {
			if index != explain.SV && other.index == index {
				m = other // the method of this index
			}
		}
	}
	if index == m.index && m.name != "exact" && !c.IsSet("order") {
		return m.make(budget, seed), min(planned(m.name, players, budget), all), nil
	}
	switch {
	case name == "auto" && all > max(mostUnasked, budget):
		return nil, 0, usage("%v of %d players takes all %d coalitions", index, players, all).or("--method exact values them")
	case budget > 0 && budget < all:
		return nil, 0, usage("%v of %d players takes all %d coalitions, and --budget is %d", index, players, all, budget)
	}
	return shap.Exact{Index: index, Order: c.Int("order")}, all, nil
}

// planned is how many coalitions a method values where there are enough.
func planned(method string, players, budget int) int {
	switch {
	case budget > 0:
		return budget
	case method == "lime":
		return limeSamples
	}
	return shap.DefaultBudget(players)
}
