package shap_test

import (
	"context"
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/shap"
)

// review is a game of twelve words: "good" (2) and "fun" (9) raise the score,
// and "not" (1) takes that back and more where "good" is there.
func review() explain.Game {
	return explain.Func(12, func(present explain.Coalition) float64 {
		value := 0.0
		if present.Has(2) {
			value = 3
			if present.Has(1) {
				value = -1
			}
		}
		if present.Has(9) {
			value++
		}
		return value
	})
}

// show prints the terms whose scores are not zero, and what they cost.
func show(x *explain.Explanation, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, term := range x.Terms {
		if score := fmt.Sprintf("%+.2f", term.Score[0]); score != "+0.00" && score != "-0.00" {
			fmt.Println(term.Players, score)
		}
	}
	fmt.Println(x.Evaluations, "evaluations by", x.Estimator.Name)
}

// Whoever does not want to choose an estimator takes Auto.
func ExampleAuto() {
	show(shap.Auto{Budget: 512}.Estimate(context.Background(), review()))
	// Output:
	// [1] -2.00
	// [2] +1.00
	// [9] +1.00
	// 512 evaluations by bayes
}

// Interactions tell what single scores cannot: "not" and "good" act together.
func ExampleExact_interactions() {
	show(shap.Exact{Index: explain.SII, Order: 2}.Estimate(context.Background(), review()))
	// Output:
	// [1] -2.00
	// [2] +1.00
	// [9] +1.00
	// [1 2] -4.00
	// 4096 evaluations by exact
}

// Kernel SHAP with a twentieth of the 4096 coalitions; errors tell how far to trust it.
func ExampleKernel() {
	x, err := shap.Kernel{Budget: 200, Seed: 1}.Estimate(context.Background(), review())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range []int{1, 2, 9} {
		fmt.Printf("player %d: %+.2f ± %.2f\n", p, x.Terms[p].Score[0], x.Terms[p].Err[0])
	}
	fmt.Println("they add up to v(N):", math.Abs(x.Sum(0)-x.Full[0]) < 1e-9)
	// Output:
	// player 1: -2.00 ± 0.00
	// player 2: +1.00 ± 0.00
	// player 9: +1.00 ± 0.00
	// they add up to v(N): true
}

// A rule ends the run when scores are known well enough, before the budget is spent.
func ExamplePermutation_Refine() {
	rule := explain.StopRule{MaxError: 0.05}
	x, reason, err := rule.Run(shap.Permutation{Budget: 4000, Seed: 1}.Refine(context.Background(), review()))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reason != "", x.Evaluations < 4000)
	fmt.Printf("%+.1f\n", x.Terms[9].Score[0])
	// Output:
	// true true
	// +1.0
}

// Owen values: what the phrase "not good" is worth is shared within it.
func ExamplePartition() {
	leaf := func(player int) *explain.Tree { return &explain.Tree{Player: player} }
	phrase := &explain.Tree{Left: leaf(1), Right: leaf(2)}
	tree := &explain.Tree{Left: &explain.Tree{Left: leaf(0), Right: phrase}, Right: leaf(3)}
	game := explain.Func(4, func(present explain.Coalition) float64 { // "a not good film"
		switch {
		case present.Has(1) && present.Has(2):
			return -1
		case present.Has(2):
			return 3
		}
		return 0
	})
	show(shap.Partition{Tree: tree}.Estimate(context.Background(), game))
	// Output:
	// [1] -2.00
	// [2] +1.00
	// 16 evaluations by partition
}

// Few evaluations of an expensive game, chosen for what they tell.
func ExampleBayes() {
	x, err := shap.Bayes{Budget: 160, Seed: 1}.Estimate(context.Background(), review())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.1f %+.1f %+.1f after %d evaluations\n",
		x.Terms[1].Score[0], x.Terms[2].Score[0], x.Terms[9].Score[0], x.Evaluations)
	// Output: -2.0 +1.0 +1.0 after 160 evaluations
}
