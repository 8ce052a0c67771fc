package unit_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain/text/unit"
)

// The same text in three units.
func ExampleUnit_Spans() {
	const text = "Dr. Smith didn't like it. \"Too long!\" he said."
	for _, u := range []unit.Unit{unit.Words, unit.Sentences, unit.Runs} {
		spans, err := u.Spans(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s:", u)
		for _, s := range spans {
			fmt.Printf(" [%s]", text[s.Start:s.End])
		}
		fmt.Println()
	}
	// Output:
	// word: [Dr] [.] [Smith] [didn't] [like] [it] [.] ["] [Too] [long] [!] ["] [he] [said] [.]
	// sentence: [Dr. Smith didn't like it.] ["Too long!"] [he said.]
	// run: [Dr] [Smith] [didn] [t] [like] [it] [Too] [long] [he] [said]
}
