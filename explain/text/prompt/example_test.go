package prompt_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain/text"
	"github.com/whence-xai/whence/explain/text/prompt"
)

// Which passage does an answer rest on? The passages are players, the question
// and the words around them stay.
func ExampleTemplate_Fill() {
	p, err := prompt.Template("{passage}\n\nQuestion: {question}\nAnswer:").Fill([]prompt.Value{
		{Field: "passage", Text: "The Thames flows through London."},
		{Field: "passage", Text: "The Seine flows through Paris."},
		{Field: "question", Text: "Which river flows through Paris?"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	o, err := p.Whole(text.Options{}, "question")
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, s := range o.Spans {
		fmt.Printf("%s: %s\n", o.Names[i], p.Text[s.Start:s.End])
	}
	// Output:
	// passage 1: The Thames flows through London.
	// passage 2: The Seine flows through Paris.
}
