package explain_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
)

// A game of three players in which the first two are worth something only
// together.
func ExampleFunc() {
	game := explain.Func(3, func(present explain.Coalition) float64 {
		if present.Has(0) && present.Has(1) {
			return 1
		}
		return 0
	})
	batch := explain.NewCoalitions(3, 2)
	batch.Append(explain.NewCoalition(3, 0, 2))
	batch.Append(explain.Grand(3))
	values := make([]float64, batch.Len())
	if err := game.Value(context.Background(), values, batch); err != nil {
		fmt.Println(err)
	}
	fmt.Println(values)
	// Output: [0 1]
}
