package bias_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain/bias"
)

// A text in the words of the other gender.
func ExampleLexicon_Mirror() {
	gender := bias.Lexicons()[0]
	text, _ := gender.Mirror("She gave her brother his book.")
	fmt.Println(text)
	// Output: He gave his sister her book.
}
