package similarity_test

import (
	"context"
	"fmt"

	"github.com/whence-xai/whence/explain/similarity"
)

func ExampleChrF() {
	score, err := similarity.ChrF(context.Background(), "The capital is Lyon.", "The capital is Paris.")
	fmt.Printf("%.3f %v\n", score, err)
	// Output: 0.625 <nil>
}
