package explain

import (
	"context"
	"encoding/json"
	"math"
)

// An Estimator computes or approximates an index of a game.
type Estimator interface {
	// Estimate values coalitions of g until it is done, its budget is spent or ctx
	// ends. It asks for more than one at a time, and for none twice.
	Estimate(ctx context.Context, g Game) (*Explanation, error)
}

// A PlannedEstimator tells beforehand how much it will ask of a game.
type PlannedEstimator interface {
	Estimator
	// Evaluations returns the maximum number of distinct coalitions, ∅ and N
	// included, that are valued for a game of so many players.
	Evaluations(players int) int
}

// An Explanation is what an estimator found out about a game. It is a plain
// value: nothing in it points back to the game or the model.
type Explanation struct {
	Index   Index    // what a score means
	Order   int      // the largest size of a term; 1 for attributions
	Players []Player // what each player stands for
	Outputs []string // names of the outputs; nil where the game has none to tell

	Baseline []float64 // v(∅), an entry an output
	Full     []float64 // v(N), an entry an output
	Terms    []Term    // players first, in order, then interactions

	Evaluations int // distinct coalitions that the estimator needed valued
	Duplicates  int // coalitions whose masked input equalled another's, and was not run again

	Estimator  Provenance // who estimated, and with what
	Subject    Subject    // what the game was made of; empty for a bare game
	Surrogate  *Surrogate // the local linear model, where the estimator fits one
	Quality    *Quality   // how well the terms predict coalitions not used for them; nil where not measured
	Unresolved []Term     // scores of groups of players that the budget left undivided, split evenly among their players; Err is nil
	Stopped    string     // which rule ended the run before its budget did, and what is left; empty where none
	Warnings   []string   // what a reader must know before believing the scores
	Seconds    float64    // wall time of the run; zero where nobody measured it

	// Which program made the explanation and what it was asked for, so that another
	// can do it again and compare; empty where a library was called.
	Version string          // of the program and its commit, as in "v0.3.0 4f5a0c1d2e3f"
	Request json.RawMessage // an object of JSON that the program understands; nil for none
}

// A Player is what one player of a game stands for.
type Player struct {
	Text       string // as it reads; may be empty
	Start, End int    // bytes of the explained text
}

// A Term is the score of one player (an attribution) or of a set of players
// (an interaction).
type Term struct {
	Players []int     // ascending
	Score   []float64 // an entry an output
	Err     []float64 // standard errors, an entry an output; NaN where unknown
}

// Provenance tells how an explanation came about, so that it can be repeated.
type Provenance struct {
	Name   string // "exact", "kernel", "permutation" …
	Reason string // why this one, where it was chosen automatically
	Budget int    // distinct coalitions it was allowed, ∅ and N included
	Seed   uint64
}

// A Subject tells what was explained: the text, the model, and how the two
// were made a game.
type Subject struct {
	Text   string
	Model  string       // name of the model
	SHA256 string       // of its weights, in hexadecimal
	Scale  string       // "log-odds", "probability", "logit": the unit of values and scores
	Scores []ClassScore // the model's answer for the unmasked text
	Masker string       // "replace", "collapse", "drop", "hide"
	Unit   string       // "word", "subword", "sentence", "character", "span"
	Unseen []Span       // parts of the text that the model never saw
	Answer string       // what the model wrote, where the outputs are pieces of it
	Pieces []Span       // bytes of Answer, an entry an output; nil where the outputs are no pieces
}

// A ClassScore is one class and its probability.
type ClassScore struct {
	Class       string
	Probability float64
}

// A Span is a range of bytes, End excluded.
type Span struct{ Start, End int }

// A Surrogate is a fitted local linear model, as LIME returns it; an entry an output.
type Surrogate struct {
	Intercept  []float64
	Prediction []float64 // of the unmasked input
	R2         []float64 // weighted coefficient of determination on the samples it was fitted to
}

// Quality tells how well v(∅) plus the scores of the players present predicts
// the values of coalitions; an entry an output.
type Quality struct {
	R2         []float64 // coefficient of determination; NaN where the values do not vary
	Coalitions int       // that it was measured on
	HeldOut    bool      // whether the estimator had seen none of them
}

// NewExplanation returns an explanation of g without terms: the players and
// the subject are described by the first [Describer] found under g's wrappers.
// Call it when the estimation is over, so that the game can tell what it cost.
func NewExplanation(g Game, index Index) *Explanation {
	x := &Explanation{Index: index, Order: 1, Players: make([]Player, g.Players())}
	for g != nil {
		if d, ok := g.(Describer); ok {
			d.Describe(x)
			break
		}
		w, ok := g.(Wrapper)
		if !ok {
			break
		}
		g = w.Unwrap()
	}
	return x
}

// Attributions returns the terms of order one, in the order of the players.
func (x *Explanation) Attributions() []Term {
	for i, t := range x.Terms {
		if len(t.Players) != 1 {
			return x.Terms[:i]
		}
	}
	return x.Terms
}

// Scores returns the score of every player for an output, in the order of the players.
func (x *Explanation) Scores(output int) []float64 {
	terms := x.Attributions()
	scores := make([]float64, len(terms))
	for i, t := range terms {
		scores[i] = t.Score[output]
	}
	return scores
}

// Sum returns v(∅) plus all scores of an output: v(N) where the index is efficient.
func (x *Explanation) Sum(output int) float64 {
	sum := x.Baseline[output]
	for _, t := range x.Terms {
		sum += t.Score[output]
	}
	return sum
}

// MaxErr returns the largest standard error of an output's terms, NaN where
// one of them is unknown.
func (x *Explanation) MaxErr(output int) float64 {
	largest := 0.0
	for _, t := range x.Terms {
		if math.IsNaN(t.Err[output]) {
			return math.NaN()
		}
		largest = max(largest, t.Err[output])
	}
	return largest
}
