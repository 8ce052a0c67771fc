package render_test

import (
	"bytes"
	"io"
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

// Results that are no explanation are sheets; a page is made of them, of charts
// and of paragraphs.
func ExampleSheet() {
	s := render.Sheet{Heads: []string{"word", "texts", "mean score"}, Words: 1, Rows: [][]string{
		{"dull", "12", "-0.83"},
		{"fine", "7", "+0.41"},
	}}
	if err := s.Terminal(os.Stdout, render.Options{Width: 60}); err != nil {
		panic(err)
	}
	page := render.Page{Title: "Words of 19 reviews", Sections: []render.Section{{
		Title: "Words", Blocks: []render.Block{render.Prose("Means over all texts with the word."), s},
	}}}
	if err := page.HTML(io.Discard); err != nil { // or a file
		panic(err)
	}
	// Output:
	// word  texts  mean score
	// ─────────────────────────
	//  dull     12       -0.83
	//  fine      7       +0.41
}

// What is saved as JSON can be shown in another form later.
func ExampleReadJSON() {
	var saved bytes.Buffer
	if err := render.JSON(&saved, review()); err != nil {
		panic(err)
	}
	x, err := render.ReadJSON(&saved)
	if err != nil {
		panic(err)
	}
	if err := render.CSV(os.Stdout, x, render.Options{ByScore: true}); err != nil {
		panic(err)
	}
	// Output:
	// players,text,start,end,class,score,error
	// 0,not,0,3,POSITIVE,3,0
	// 1,bad,4,7,POSITIVE,-1.25,0
}
