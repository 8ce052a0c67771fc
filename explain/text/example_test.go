package text_test

import (
	"context"
	"fmt"
	"log"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/unit"
	"github.com/whence-xai/whence/model/pretrained"
	"github.com/whence-xai/whence/shap"
)

// Which words made the built-in model call a text positive.
func ExampleNewGame() {
	m, err := pretrained.Sentiment()
	if err != nil {
		log.Fatal(err)
	}
	game, err := text.NewGame(m, "a gripping, funny film", unit.Words, m.LogOdds("POSITIVE"))
	if err != nil {
		log.Fatal(err)
	}
	x, err := shap.Kernel{Budget: 512, Seed: 1}.Estimate(context.Background(), game)
	if err != nil {
		log.Fatal(err)
	}
	for i, term := range x.Attributions() {
		fmt.Printf("%-8s %+.1f\n", x.Players[i].Text, term.Score[0])
	}
	// Output:
	// a        +0.6
	// gripping +1.6
	// ,        +0.7
	// funny    +2.3
	// film     +0.7
}

// A game of sentences that leave the text when they are masked. The first is
// never masked.
func ExampleOptions_NewGame() {
	m, err := pretrained.Sentiment()
	if err != nil {
		log.Fatal(err)
	}
	const review = "I saw it twice. The plot is thin. The acting is wonderful!"
	o := text.Options{Unit: unit.Sentences, Masker: text.Drop{}, Keep: []explain.Span{{Start: 0, End: 15}}}
	game, err := o.NewGame(m, review, m.LogOdds("POSITIVE"))
	if err != nil {
		log.Fatal(err)
	}
	x, err := shap.Exact{}.Estimate(context.Background(), game)
	if err != nil {
		log.Fatal(err)
	}
	for i, term := range x.Attributions() {
		fmt.Printf("%-26s %+.1f\n", x.Players[i].Text, term.Score[0])
	}
	// Output:
	// The plot is thin.          -9.2
	// The acting is wonderful!   +2.9
}
