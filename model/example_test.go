package model_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/model"
)

func ExampleOpen() {
	files, err := model.Open("testdata/bert-tiny/F32")
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := model.NewClassifier(files, model.Options{})
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

// The article that everybody starts from, with the built-in model of stories in
// place of GPT-2.
func ExampleGenerator_Generate() {
	files, err := model.Open("pretrained/stories")
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := model.NewGenerator(files, model.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	texts, err := g.Generate(context.Background(), "Once upon a time", model.Decoding{MaxLength: 12, Samples: 5, Temperature: 0.7, Seed: 1})
	for _, t := range texts {
		fmt.Println(len(t.IDs), t.Finish)
	}
	fmt.Println(err)
	// Output:
	// 7 length
	// 7 length
	// 7 length
	// 7 length
	// 7 length
	// <nil>
}

func ExampleGenerator_Stream() {
	files, err := model.Open("pretrained/stories")
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := model.NewGenerator(files, model.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	prompt, err := g.Prompt("Once upon")
	if err != nil {
		fmt.Println(err)
		return
	}
	for token, err := range g.Stream(context.Background(), prompt, model.Decoding{MaxTokens: 20, Stop: []string{"Lily"}}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(token.Text)
	}
	// Output: a time, there was a little girl named Lily
}

func ExampleTranslator_Translate() {
	files, err := model.Open("pretrained/g2p")
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := model.NewTranslator(files, model.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	spelled, err := t.Translate(context.Background(), "hello", model.TranslateOptions{Decoding: model.Decoding{Beams: 4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(spelled[0].Text)
	// Output: hˈɛlO
}
