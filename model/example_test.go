package model_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model"
)

func ExampleLoadClassifier() {
	m, err := model.LoadClassifier("testdata/bert-tiny/F32", model.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := m.Tokenizer().Encode("the film is not very good !")
	if err != nil {
		fmt.Println(err)
		return
	}
	// Any number of variants of a text run as one batch.
	mask, _ := m.MaskID()
	whole := model.Sequence{IDs: text.IDs}
	masked := model.Sequence{IDs: append([]int32(nil), text.IDs...)}
	masked.IDs[4] = mask
	target := m.LogOdds("yes")
	scores := make([]float64, 2)
	if err := target.Score(context.Background(), scores, []model.Sequence{whole, masked}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s of %v: %.3f, without %q: %.3f\n", target.Scale(), target.Names(), scores[0], m.Tokenizer().Token(text.IDs[4]), scores[1])
	// Output: log-odds of [yes]: -0.755, without "not": -0.754
}
