package similarity_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain/similarity"
)

func ExampleChrF() {
	fmt.Printf("%.3f\n", similarity.ChrF("The capital is Lyon.", "The capital is Paris."))
	// Output: 0.625
}
