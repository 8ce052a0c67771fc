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
