package process_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/process"
)

// The coefficients of the additive game closest to a game of thirty players, which
// has 2³⁰ coalitions, from a hundred pairs of them.
func ExampleStudy() {
	const players = 30
	game := explain.Func(players, func(present explain.Coalition) float64 {
		value := 0.0
		if present.Has(3) {
			value += 2
		}
		if present.Has(10) && present.Has(11) {
			value++
		}
		return value
	})

	mass := make([]float64, players+1) // coalitions of all sizes weigh the same together
	for size := range mass {
		mass[size] = 1
	}
	coefficients, intercept := process.Linear(mass, 1e-6)
	study := &process.Study{
		Process: process.New(players, game.Outputs(), 1, coefficients, intercept),
		Value: func(ctx context.Context, batch *explain.Coalitions) ([]float64, error) {
			values := make([]float64, batch.Len()*game.Outputs())
			return values, game.Value(ctx, values, batch)
		},
	}
	if _, err := study.Learn(context.Background(), 100); err != nil {
		fmt.Println(err)
		return
	}
	means, _ := study.Estimate()
	for _, player := range []int{3, 10, 11} {
		fmt.Printf("player %d: %.1f\n", player, means[player])
	}
	fmt.Println(study.Len(), "pairs")
	// Output:
	// player 3: 2.0
	// player 10: 0.5
	// player 11: 0.5
	// 100 pairs
}
