package stability_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
	"github.com/whence-xai/whence/explain/metric/stability"
)

// An edit that leaves the meaning alone should change no score by much.
func Example() {
	for _, edit := range stability.Edits("A fine film", 1, 3) {
		fmt.Println(edit.Kind, "|", edit.Detail, "|", edit.Text)
	}

	before := []explain.Player{{Text: "A"}, {Text: "fine"}, {Text: "film"}}
	after := []explain.Player{{Text: "A"}, {Text: "fine"}, {Text: "movie"}}
	pairs := stability.Align(before, after)
	a, b := stability.Paired(pairs, []float64{0, 3, 1}, []float64{0, 3, 1.5})
	fmt.Printf("%v change by %.2f\n", pairs, metric.Change(a, b))
	// Output:
	// case | A → a | a fine film
	// [{0 0} {1 1} {2 2}] change by 0.16
}
