package pretrained_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model"
	"github.com/whence-xai/whence/model/pretrained"
)

func ExampleSentiment() {
	m, err := pretrained.Sentiment()
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := m.Tokenizer().Encode("The plot is thin, but the acting is wonderful.")
	if err != nil {
		fmt.Println(err)
		return
	}
	positive := m.Probability("POSITIVE")
	score := make([]float64, positive.Outputs())
	err = positive.Score(context.Background(), score, []model.Sequence{{IDs: text.IDs}})
	fmt.Printf("%.3f %v\n", score[0], err)
	// Output: 0.991 <nil>
}

func ExampleStories() {
	m, err := pretrained.Stories()
	if err != nil {
		fmt.Println(err)
		return
	}
	texts, err := m.Generate(context.Background(), "Lily and Tom went to the park.", model.Decoding{MaxTokens: 30})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(texts[0].Text)
	// Output: They saw a big box with a big box. They wanted to play with it. They wanted to play with the b
}

func ExampleG2P() {
	m, err := pretrained.G2P()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, word := range []string{"cat", "photograph", "rhythm"} {
		spoken, err := m.Translate(context.Background(), word, model.TranslateOptions{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(word, spoken[0].Text)
	}
	// Output:
	// cat kˈæt
	// photograph fˈOɾəɡɹˌæf
	// rhythm ɹˈɪðəm
}
