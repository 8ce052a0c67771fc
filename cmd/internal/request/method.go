package request

import (
	"slices"
	"strings"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
	"github.com/whence-xai/whence/shap"
)

// Method is how a game is estimated.
type Method struct {
	Name      string  `json:"method,omitempty"` // empty for auto
	Index     string  `json:"index,omitempty"`  // SV, SII, …; empty for the method's own
	Order     int     `json:"order,omitempty"`  // players in a term, of interactions; 0: 2
	Budget    int     `json:"budget,omitempty"` // maximum number of model evaluations; 0: by number of players
	MaxError  float64 `json:"max_error,omitempty"`
	StableTop int     `json:"stable_top,omitempty"`
	Seed      *uint64 `json:"seed,omitempty"` // of all random choices; nil: 1
}

// A plan is an estimator for games of some number of players.
type plan struct {
	estimator explain.PlannedEstimator
	most      int // evaluations
}

// wanted is a method's choices once they are parsed.
type wanted struct {
	index  explain.Index
	order  int
	budget int
	seed   uint64
}

// An entry is an estimator that a method can name, and the indices it knows, its
// default first.
type entry struct {
	name    string
	indices []explain.Index
	make    func(w wanted) explain.PlannedEstimator
}

var (
	shapley      = []explain.Index{explain.SV}
	owen         = []explain.Index{explain.OV}
	coefficients = []explain.Index{explain.LIME}
	differences  = []explain.Index{explain.PV}
	interactions = []explain.Index{explain.SII, explain.KSII, explain.STII, explain.FSII, explain.BII, explain.FBII, explain.Moebius, explain.Fourier}
	values       = []explain.Index{explain.SV, explain.BV, explain.WBV}
	bayesian     = slices.Concat([]explain.Index{explain.SV, explain.BV}, interactions[:6], []explain.Index{explain.WBV}, interactions[6:])
	everything   = slices.Concat(values, owen, interactions)
)

// entries returns the methods, the default first. LIME's coefficients, which auto
// does not know, are left to the method of that name.
func entries() []entry {
	return []entry{
		{"auto", everything, func(w wanted) explain.PlannedEstimator { return w.auto() }},
		{"exact", everything, func(w wanted) explain.PlannedEstimator { return shap.Exact{Index: w.index, Order: w.order} }},
		{"kernel", shapley, func(w wanted) explain.PlannedEstimator { return shap.Kernel{Budget: w.budget, Seed: w.seed} }},
		{"leverage", shapley, func(w wanted) explain.PlannedEstimator { return shap.Leverage{Budget: w.budget, Seed: w.seed} }},
		{"permutation", shapley, func(w wanted) explain.PlannedEstimator { return shap.Permutation{Budget: w.budget, Seed: w.seed} }},
		{"svarm", shapley, func(w wanted) explain.PlannedEstimator { return shap.SVARM{Budget: w.budget, Seed: w.seed} }},
		{"msr", values[:2], func(w wanted) explain.PlannedEstimator {
			return shap.MSR{Index: w.index, Budget: w.budget, Seed: w.seed}
		}},
		{"proxy", slices.Concat(values, interactions), func(w wanted) explain.PlannedEstimator {
			return shap.Proxy{Index: w.index, Order: w.order, Budget: w.budget, Seed: w.seed}
		}},
		{"faithful", []explain.Index{explain.FSII, explain.FBII, explain.BV}, func(w wanted) explain.PlannedEstimator {
			return shap.Faithful{Index: w.index, Order: w.order, Budget: w.budget, Seed: w.seed}
		}},
		{"bayes", bayesian, func(w wanted) explain.PlannedEstimator {
			return shap.Bayes{Index: w.index, Order: w.order, Budget: w.budget, Seed: w.seed}
		}},
		{"partition", owen, func(w wanted) explain.PlannedEstimator { return shap.Partition{Budget: w.budget, Seed: w.seed} }},
		{"partition-sampled", owen, func(w wanted) explain.PlannedEstimator {
			return shap.Partition{Budget: w.budget, Seed: w.seed, Sampled: true}
		}},
		{"drill", owen, func(w wanted) explain.PlannedEstimator { return shap.Drill{Budget: w.budget, Seed: w.seed} }},
		{"lime", coefficients, func(w wanted) explain.PlannedEstimator { return lime.Lime{Budget: w.budget, Seed: w.seed} }},
		{"lime-bayes", coefficients, func(w wanted) explain.PlannedEstimator {
			return lime.Bayes{Budget: w.budget, Seed: w.seed}
		}},
		{"contextcite", coefficients, func(w wanted) explain.PlannedEstimator {
			return lime.ContextCite{Budget: w.budget, Seed: w.seed}
		}},
		{"c-lime", coefficients, func(w wanted) explain.PlannedEstimator { return lime.CLIME{Budget: w.budget, Seed: w.seed} }},
		{"l-shap", differences, func(wanted) explain.PlannedEstimator { return shap.LSHAP{} }},
		{"leave-one-out", differences, func(wanted) explain.PlannedEstimator { return shap.LeaveOneOut{} }},
	}
}

func (w wanted) auto() shap.Auto {
	return shap.Auto{Index: w.index, Order: w.order, Budget: w.budget, Seed: w.seed}
}

// Methods returns the names of the methods, the default first.
func Methods() []string {
	var names []string
	for _, e := range entries() {
		names = append(names, e.name)
	}
	return names
}

// Indices returns the indices that a method knows, its default first.
func Indices(method string) []explain.Index {
	for _, e := range entries() {
		if e.name == method {
			return e.indices
		}
	}
	return nil
}

// RandomSeed returns the seed of all random choices.
func (m Method) RandomSeed() uint64 {
	if m.Seed == nil {
		return 1
	}
	return *m.Seed
}

func (m Method) rule() explain.StopRule {
	return explain.StopRule{MaxError: m.MaxError, StableTop: m.StableTop}
}

func (m Method) validate(f *faults) {
	before := len(*f)
	oneOf(f, "method", m.Name, Methods())
	f.count("order", m.Order)
	f.count("budget", m.Budget)
	f.count("stable_top", m.StableTop)
	// Written so that NaN, too, is refused.
	if !(m.MaxError >= 0 && m.MaxError < 1) {
		f.add(fault("max_error", "{max_error} %v is no share between 0 and 1", m.MaxError))
	}
	// How choices go together is told only where each is sound by itself: else one
	// mistake would be told twice.
	if _, _, err := m.wanted(); err != nil && len(*f) == before {
		*f = append(*f, err)
	}
}

// wanted returns the method that is named, and its choices.
func (m Method) wanted() (e entry, w wanted, err error) {
	// An unknown name gives auto here; validate has its own fault for it.
	at := max(0, slices.Index(Methods(), m.Name))
	e = entries()[at]
	w = wanted{index: e.indices[0], order: m.Order, budget: m.Budget, seed: m.RandomSeed()}
	if m.Index != "" {
		if err = w.index.UnmarshalText([]byte(m.Index)); err != nil {
			return e, w, fault("index", "%v", err)
		}
	}
	// LIME's coefficients depend on its kernel, not on the game alone: no other
	// method, and no policy by size, can answer for them.
	if e.name == "auto" && w.index == explain.LIME {
		e = entries()[slices.Index(Methods(), "lime")]
	}
	switch {
	case w.order > 1 && !slices.Contains(interactions, w.index):
		return e, w, fault("order", "%v is of order 1, not %d", w.index, w.order).or("{index} k-SII, for one, has interactions")
	case !slices.Contains(e.indices, w.index):
		return e, w, fault("index", "method %s does not estimate %v", e.name, w.index).or(knowing(w.index))
	}
	return e, w, nil
}

// Evaluations returns how many coalitions of so many players the method values at
// most, or none where it does not say.
func (m Method) Evaluations(players int) int {
	p, err := m.plan(players)
	if err != nil {
		return 0
	}
	return p.most
}

// plan returns the estimator for games of so many players, and how many
// coalitions it will value at most.
func (m Method) plan(players int) (plan, error) {
	e, w, err := m.wanted()
	if err != nil {
		return plan{}, err
	}
	// Methods of a fixed cost, as exact, tell it whatever the budget is, and all
	// others tell no more than the budget: only the former can come to the faults
	// below.
	estimator := e.make(w)
	most := estimator.Evaluations(players)
	if w.budget == 0 || w.budget >= most {
		return plan{estimator, most}, nil
	}
	if _, exact := estimator.(shap.Exact); exact {
		return plan{}, fault("budget", "%v of %d players takes all %d evaluations, and {budget} is %d", w.index, players, most, w.budget)
	}
	return plan{}, fault("budget", "%s of %d players needs a budget of at least %d evaluations, has %d", e.name, players, most, w.budget).
		or("{budget} %d is the least", most)
}

// knowing says which methods know an index.
func knowing(index explain.Index) string {
	var names []string
	for _, e := range entries() {
		if slices.Contains(e.indices, index) && e.name != "auto" {
			names = append(names, "{method} "+e.name)
		}
	}
	return strings.Join(names, " or ")
}
