package lime_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/lime"
)

// mixed is a game of four players: the first alone is worth 1, the second and the
// third are worth 2 together, the last spoils it all by 3.
func mixed() explain.Game {
	return explain.Func(4, func(present explain.Coalition) float64 {
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
}

// long is a game of forty players of whom two matter, each for itself.
func long() explain.Game {
	return explain.Func(40, func(present explain.Coalition) float64 {
		value := 0.0
		if present.Has(7) {
			value += 2
		}
		if present.Has(31) {
			value--
		}
		return value
	})
}

// show prints the scores that are not zero, and what they cost.
func show(x *explain.Explanation, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, term := range x.Terms {
		if score := term.Score[0]; score != 0 {
			fmt.Printf("player %d: %+.2f\n", term.Players[0], score)
		}
	}
	fmt.Println(x.Evaluations, "evaluations")
}

// The surrogate is local: it looks at few absences more than at many.
func ExampleLime() {
	x, err := lime.Lime{Seed: 1}.Estimate(context.Background(), mixed())
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

// At most two players are to be told of, as of a long text.
func ExampleLime_features() {
	show(lime.Lime{Features: 2, Budget: 500, Seed: 1}.Estimate(context.Background(), long()))
	// Output:
	// player 7: +1.96
	// player 31: -0.98
	// 486 evaluations
}

// The coefficients of Lime's 5000 draws from a few hundred evaluations.
func ExampleBayes() {
	x, err := lime.Bayes{Budget: 200, Seed: 1}.Estimate(context.Background(), long())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.2f and %+.2f after %d evaluations\n", x.Terms[7].Score[0], x.Terms[31].Score[0], x.Evaluations)
	// Output: +2.00 and -1.00 after 200 evaluations
}

// Which of forty passages does an answer rest on? The lasso leaves the others at zero.
func ExampleContextCite() {
	show(lime.ContextCite{Seed: 1}.Estimate(context.Background(), long()))
	// Output:
	// player 7: +1.98
	// player 31: -0.98
	// 66 evaluations
}

// No more than two players are ever taken away together.
func ExampleCLIME() {
	show(lime.CLIME{Most: 2, Seed: 1}.Estimate(context.Background(), mixed()))
	// Output:
	// player 0: +1.12
	// player 1: +1.55
	// player 2: +1.55
	// player 3: -2.88
	// 12 evaluations
}

// Of three explanations the one is picked first that shows most.
func ExamplePick() {
	explained := func(scores map[string]float64) *explain.Explanation {
		x := &explain.Explanation{}
		for _, word := range []string{"good", "bad", "film"} {
			x.Terms = append(x.Terms, explain.Term{Players: []int{len(x.Players)}, Score: []float64{scores[word]}})
			x.Players = append(x.Players, explain.Player{Text: word})
		}
		return x
	}
	fmt.Println(lime.Pick([]*explain.Explanation{
		explained(map[string]float64{"film": 0.1}),
		explained(map[string]float64{"good": 2}),
		explained(map[string]float64{"good": 1, "bad": -2}),
	}, 2, 0))
	// Output: [2 0]
}
