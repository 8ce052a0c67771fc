package statistics_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain/statistics"
)

// Five differences between two models, each on its own text.
func ExampleInterval() {
	mean, half := statistics.Interval([]float64{0.31, 0.12, 0.25, 0.18, 0.29})
	fmt.Printf("%.2f ± %.2f\n", mean, half)
	// Output: 0.23 ± 0.10
}

// Of four tests that are each below 5 %, two stay there when all four count.
func ExampleHolm() {
	fmt.Printf("%.2f\n", statistics.Holm([]float64{0.001, 0.012, 0.03, 0.04}))
	// Output: [0.00 0.04 0.06 0.06]
}

// Two explanations that rank the same words first agree, though their scores differ in size.
func ExampleSpearman() {
	fmt.Printf("%.2f\n", statistics.Spearman([]float64{3, 1, -2, 0.5}, []float64{30, 8, -9, 9}))
	// Output: 0.80
}
