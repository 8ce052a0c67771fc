package report_test

import (
	"context"
	"fmt"
	"iter"

	"github.com/whence-xai/whence/explain/corpus"
	"github.com/whence-xai/whence/explain/jsonfloat"
	"github.com/whence-xai/whence/explain/report"
)

// reviews yields the explanations of sixty texts, as corpus.Rows reads them from a file.
func reviews() iter.Seq2[*corpus.Row, error] {
	return func(yield func(*corpus.Row, error) bool) {
		for i := range 60 {
			word, score, class := "fine", 1.5, "POSITIVE"
			if i%3 == 0 {
				word, score, class = "dull", 0.75, "NEGATIVE"
			}
			row := &corpus.Row{
				Row: int64(i), Text: "a " + word + " film", Prediction: class, Outputs: []string{class},
				Index: "SV", Scale: "log-odds", Baseline: []float64{0}, Full: []float64{score},
				Players: []corpus.Player{
					{Text: word, Score: []float64{score}, Error: []jsonfloat.Number{0}},
					{Text: "film", Score: []float64{0}, Error: []jsonfloat.Number{0}},
				},
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Which words move the model?
func ExampleOf() {
	r, err := report.Of(context.Background(), reviews(), report.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, w := range r.Words {
		fmt.Printf("%s for %s: %+.2f in %d texts\n", w.Word, w.Class, w.Mean, w.Texts)
	}
	// Output:
	// fine for POSITIVE: +1.50 in 40 texts
	// dull for NEGATIVE: +0.75 in 20 texts
	// film for NEGATIVE: +0.00 in 20 texts
	// film for POSITIVE: +0.00 in 40 texts
}
