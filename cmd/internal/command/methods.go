package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// A wanted is what the flags ask of an estimator.
type wanted struct {
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
	make    func(r wanted) explain.Estimator
}

var (
	shapley      = []explain.Index{explain.SV}
	owen         = []explain.Index{explain.OV}
	bayesian     = []explain.Index{explain.SV, explain.BV, explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII, explain.WBV, explain.Moebius, explain.Fourier}
	interactions = []explain.Index{explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII, explain.Moebius, explain.Fourier}
	everything   = slices.Concat(shapley, []explain.Index{explain.BV, explain.WBV, explain.OV}, interactions)
)

// methods returns the methods, the default first. LIME's coefficients, which
// auto does not know, are left to the method of that name.
func methods() []method {
	return []method{
		{"auto", everything, func(r wanted) explain.Estimator { return r.auto() }},
		{"exact", everything, func(r wanted) explain.Estimator { return shap.Exact{Index: r.index, Order: r.order} }},
		{"kernel", shapley, func(r wanted) explain.Estimator { return shap.Kernel{Budget: r.budget, Seed: r.seed} }},
		{"leverage", shapley, func(r wanted) explain.Estimator { return shap.Leverage{Budget: r.budget, Seed: r.seed} }},
		{"permutation", shapley, func(r wanted) explain.Estimator { return shap.Permutation{Budget: r.budget, Seed: r.seed} }},
		{"svarm", shapley, func(r wanted) explain.Estimator { return shap.SVARM{Budget: r.budget, Seed: r.seed} }},
		{"msr", everything[:2], func(r wanted) explain.Estimator {
			return shap.MSR{Index: r.index, Budget: r.budget, Seed: r.seed}
		}},
		{"proxy", slices.Concat(everything[:3], interactions), func(r wanted) explain.Estimator {
			return shap.Proxy{Index: r.index, Order: r.order, Budget: r.budget, Seed: r.seed}
		}},
		{"faithful", []explain.Index{explain.FSII, explain.FBII, explain.BV}, func(r wanted) explain.Estimator {
			return shap.Faithful{Index: r.index, Order: r.order, Budget: r.budget, Seed: r.seed}
		}},
		{"bayes", bayesian, func(r wanted) explain.Estimator {
			return shap.Bayes{Index: r.index, Order: r.order, Budget: r.budget, Seed: r.seed}
		}},
		{"partition", owen, func(r wanted) explain.Estimator { return shap.Partition{Budget: r.budget, Seed: r.seed} }},
		{"partition-sampled", owen, func(r wanted) explain.Estimator {
			return shap.Partition{Budget: r.budget, Seed: r.seed, Sampled: true}
		}},
		{"drill", owen, func(r wanted) explain.Estimator { return shap.Drill{Budget: r.budget, Seed: r.seed} }},
		{"lime", []explain.Index{explain.LIME}, func(r wanted) explain.Estimator {
			// LIME values ∅ too, which it may not have drawn.
			return lime.Lime{Samples: max(r.budget-1, 0), Seed: r.seed}
		}},
		{"lime-bayes", []explain.Index{explain.LIME}, func(r wanted) explain.Estimator {
			return lime.Lime{Method: lime.Bayes, Budget: r.budget, Seed: r.seed}
		}},
		{"contextcite", []explain.Index{explain.LIME}, func(r wanted) explain.Estimator {
			return lime.ContextCite{Ablations: max(r.budget-2, 0), Seed: r.seed}
		}},
		{"c-lime", []explain.Index{explain.LIME}, func(r wanted) explain.Estimator {
			return lime.CLIME{Budget: max(r.budget-1, 0), Seed: r.seed}
		}},
		{"l-shap", []explain.Index{explain.PV}, func(wanted) explain.Estimator { return shap.LSHAP{} }},
		{"leave-one-out", []explain.Index{explain.PV}, func(wanted) explain.Estimator { return shap.LeaveOneOut{} }},
	}
}

func (r wanted) auto() shap.Auto {
	return shap.Auto{Index: r.index, Order: r.order, Budget: r.budget, Seed: r.seed}
}

func methodNames() []string {
	var names []string
	for _, m := range methods() {
		names = append(names, m.name)
	}
	return names
}

const (
	// limeSamples is how many coalitions LIME draws by default, leastLime how
	// many it needs; citeAblations is how many ContextCite draws.
	limeSamples, leastLime, citeAblations = 5000, 3, 64
	// mostUnasked is how many coalitions auto values for an index of which there
	// is no estimate.
	mostUnasked = 4096
)

// chosen returns the estimator that the flags ask for, for games of so many
// players, and how many coalitions it will value at most.
func chosen(c *cli.Context, players int) (explain.Estimator, int, error) {
	m, r, err := requested(c)
	if err != nil {
		return nil, 0, err
	}
	all := 1 << min(players, 30)
	exact := m.name == "exact"
	if m.name == "auto" {
		estimator, _ := r.auto().Choose(players)
		_, exact = estimator.(shap.Exact)
	}
	switch {
	case exact && m.name == "auto" && all > max(mostUnasked, r.budget):
		return nil, 0, usage("%v of %d players takes all %d coalitions", r.index, players, all).or("%s", knowing(r.index))
	case exact && r.budget > 0 && r.budget < all:
		return nil, 0, usage("%v of %d players takes all %d coalitions, and --budget is %d", r.index, players, all, r.budget)
	case r.budget > 0 && r.budget < least(m.name, players):
		return nil, 0, badBudget(&explain.BudgetError{Need: least(m.name, players), Have: r.budget})
	case exact:
		return m.make(r), all, nil
	}
	return m.make(r), min(planned(m.name, players, r.budget), all), nil
}

// requested returns the method that the flags name and what they ask of it.
func requested(c *cli.Context) (m method, r wanted, err error) {
	m = methods()[slices.Index(methodNames(), c.String("method"))]
	r = wanted{index: m.indices[0], order: c.Int("order"), budget: c.Int("budget"), seed: c.Uint64("seed")}
	if given := c.String("index"); given != "" {
		if r.index, err = explain.ParseIndex(given); err != nil {
			return m, r, &usageError{err: err}
		}
	}
	if m.name == "auto" && r.index == explain.LIME {
		m = methods()[slices.Index(methodNames(), "lime")]
	}
	switch {
	case r.order > 1 && !slices.Contains(interactions, r.index):
		err = usage("%v is of order 1, not %d", r.index, r.order).or("--index k-SII, for one, has interactions")
	case !slices.Contains(m.indices, r.index):
		e := usage("method %s does not estimate %v", m.name, r.index)
		if others := knowing(r.index); others != "" {
			e = e.or("%s", others)
		}
		err = e
	}
	return m, r, err
}

// knowing says which methods know an index.
func knowing(index explain.Index) string {
	var names []string
	for _, m := range methods() {
		if slices.Contains(m.indices, index) && m.name != "auto" {
			names = append(names, "--method "+m.name)
		}
	}
	return strings.Join(names, " or ")
}

// planned is how many coalitions a method values where there are enough.
func planned(method string, players, budget int) int {
	switch {
	case method == "leave-one-out":
		return players + 2
	case method == "l-shap":
		return shap.LSHAP{}.Evaluations(players)
	case budget > 0:
		return budget
	case method == "lime":
		return limeSamples + 1
	case method == "contextcite":
		return citeAblations + 2
	case method == "c-lime":
		return 10*players + 1
	}
	return shap.DefaultBudget(players)
}

// least is how many coalitions a method needs that says so itself of none but what
// remains of a budget.
func least(method string, players int) int {
	switch method {
	case "lime":
		return leastLime
	case "contextcite":
		return leastLime + 1
	case "c-lime":
		return players + 2
	case "leave-one-out":
		return min(players+2, 1<<min(players, 30))
	case "l-shap":
		return shap.LSHAP{}.Evaluations(players)
	}
	return 0
}
