package text_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/model/pretrained"
)

// What two words of a review are worth to the built-in model, and what all are.
func ExampleNewGame() {
	m, err := pretrained.Sentiment()
	if err != nil {
		fmt.Println(err)
		return
	}
	game, err := text.NewGame(m, "a gripping, funny film", text.Words, m.LogOdds("POSITIVE"))
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := explain.NewCoalitions(game.Players(), 2)
	batch.Append(explain.NewCoalition(game.Players(), 1, 3))
	batch.Append(explain.Grand(game.Players()))
	values := make([]float64, batch.Len())
	if err := game.Value(context.Background(), values, batch); err != nil {
		fmt.Println(err)
		return
	}
	x := explain.NewExplanation(game, explain.SV)
	for _, p := range x.Players {
		fmt.Printf("%q\n", p.Text)
	}
	fmt.Printf("%.1f\n", values)
	// Output:
	// "a"
	// "gripping"
	// ","
	// "funny"
	// "film"
	// [4.4 6.4]
}
