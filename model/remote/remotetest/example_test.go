package remotetest_test

import (
	"fmt"
	"strings"

	"github.com/whence-xai/whence/model/remote/remotetest"
)

// The model of the server is a few lines of arithmetic, so that tests know what it
// should say.
func ExampleSplit() {
	tokens := remotetest.Split("The capital, again.")
	fmt.Println(strings.Join(tokens, "|"))
	fmt.Println(remotetest.LogProb(tokens, tokens[0]) > remotetest.LogProb(tokens, " else"))
	fmt.Println(remotetest.Answer("The capital, again."))
	// Output:
	// The| capital|,| again|.
	// true
	// capital again The
}
