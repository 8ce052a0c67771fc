package summary_test

import (
	"fmt"

	"github.com/whence-xai/whence/model/summary"
)

func ExampleRead() {
	s, err := summary.Read("../testdata/bert-tiny/BF16")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s for %s: %d parameters in %s, %d layers\n", s.Type, s.Task, s.Parameters, s.Precision, s.Layers)
	// Output: bert for text classification: 7975 parameters in BF16, 2 layers
}
