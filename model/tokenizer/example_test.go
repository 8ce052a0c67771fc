package tokenizer_test

import (
	"fmt"
	"log"

	"github.com/whence-xai/whence/model/tokenizer"
)

func Example() {
	t, err := tokenizer.Load("../pretrained")
	if err != nil {
		log.Fatal(err)
	}
	text := "An unbelievably naïve plot"
	e, err := t.Encode(text)
	if err != nil {
		log.Fatal(err)
	}
	for i, id := range e.IDs {
		fmt.Printf("%5d %-10s %q\n", id, t.Token(id), text[e.Spans[i].Start:e.Spans[i].End])
	}
	fmt.Println(t.Decode(e.IDs, true))
	// Output:
	//   101 [CLS]      ""
	//  2019 an         "An"
	//  4895 un         "un"
	//  8671 ##bel      "bel"
	//  2666 ##ie       "ie"
	//  3567 ##va       "va"
	//  6321 ##bly      "bly"
	// 15743 naive      "naïve"
	//  5436 plot       "plot"
	//   102 [SEP]      ""
	// an unbelievably naive plot
}
