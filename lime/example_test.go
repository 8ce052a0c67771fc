package lime_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
)

// A game of four players: the first alone is worth 1, the second and the third
// are worth 2 together, the last spoils it all by 3. The surrogate is local: it
// looks at few absences more than at many.
func ExampleLime() {
	game := explain.Func(4, func(present explain.Coalition) float64 {
		value := 0.0
		if present.Has(0) {
			value++
		}
		if present.Has(1) && present.Has(2) {
			value += 2
		}
		if present.Has(3) {
			value -= 3
		}
		return value
	})
	x, err := lime.Lime{Seed: 1}.Estimate(context.Background(), game)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, term := range x.Terms {
		fmt.Printf("player %d: %+.2f ± %.2f\n", term.Players[0], term.Score[0], term.Err[0])
	}
	fmt.Printf("R² %.2f after %d evaluations\n", x.Surrogate.R2[0], x.Evaluations)
	// Output:
	// player 0: +0.85 ± 0.01
	// player 1: +1.30 ± 0.02
	// player 2: +1.29 ± 0.02
	// player 3: -3.16 ± 0.01
	// R² 0.96 after 16 evaluations
}
