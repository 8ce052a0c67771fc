package metric_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/metric"
)

// Two players are worth more together than one score each can tell.
func ExampleAdditiveFit() {
	game := explain.Func(20, func(present explain.Coalition) float64 {
		value := float64(present.Size())
		if present.Has(0) && present.Has(1) {
			value += 4
		}
		return value
	})
	x := explain.NewExplanation(game, explain.SV)
	x.Baseline, x.Full = []float64{0}, []float64{24}
	for p := range 20 {
		score := 1.0
		if p < 2 {
			score = 3 // half of what the pair is worth together
		}
		x.Terms = append(x.Terms, explain.Term{Players: []int{p}, Score: []float64{score}, Err: []float64{0}})
	}
	quality, err := metric.AdditiveFit{Coalitions: 200, Seed: 1}.Measure(context.Background(), game, x)
	if err != nil {
		panic(err)
	}
	fmt.Printf("R² %.2f on %d coalitions\n", quality.R2[0], quality.Coalitions)
	// Output: R² 0.97 on 200 coalitions
}
