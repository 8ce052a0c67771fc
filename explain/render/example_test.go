package render_test

import (
	"os"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

func review() *explain.Explanation {
	return &explain.Explanation{
		Index: explain.SV, Order: 1,
		Players:  []explain.Player{{Text: "not", Start: 0, End: 3}, {Text: "bad", Start: 4, End: 7}},
		Outputs:  []string{"POSITIVE"},
		Baseline: []float64{0.5}, Full: []float64{2.25},
		Terms: []explain.Term{
			{Players: []int{0}, Score: []float64{3}, Err: []float64{0}},
			{Players: []int{1}, Score: []float64{-1.25}, Err: []float64{0}},
		},
		Evaluations: 4,
		Estimator:   explain.Provenance{Name: "exact", Budget: 4},
		Subject:     explain.Subject{Text: "not bad", Scale: "log-odds", Unit: "word", Masker: "replace"},
	}
}

func ExampleTable() {
	if err := render.Table(os.Stdout, review(), render.Options{Width: 60}); err != nil {
		panic(err)
	}
	// Output:
	// A game of 2 players
	// log-odds of POSITIVE: v(∅) = +0.500 with every word masked,
	// v(N) = +2.250
	//
	//  #  word   score       against│for
	// ────────────────────────────────────────────────────────────
	//  1  not   +3.000              │████████████████████████████
	//  2  bad   -1.250  ▐███████████│
	//
	// exact Shapley values; 4 coalitions valued
}

func ExampleText() {
	if err := render.Text(os.Stdout, review(), render.Options{}); err != nil {
		panic(err)
	}
	// Output:
	// A game of 2 players
	//
	// [+++ not] [-- bad]
	// (+ raises, - lowers log-odds of POSITIVE; the strongest by 3.000)
	//
	// exact Shapley values; 4 coalitions valued
}
