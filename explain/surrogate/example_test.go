package surrogate_test

import (
	"fmt"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/surrogate"
)

// A linear surrogate of a game of three players, in which the first two are worth
// more together. All coalitions weigh the same.
func Example() {
	rows := explain.NewCoalitions(3, 8)
	var weights, values []float64
	for bits := range uint64(8) {
		c := explain.Coalition{bits}
		rows.Append(c)
		value := 0.0
		if c.Has(0) && c.Has(1) {
			value += 2
		}
		if c.Has(2) {
			value--
		}
		weights, values = append(weights, 1), append(values, value)
	}

	moments := surrogate.NewMoments(3, 1)
	if err := moments.Add(rows, weights, values); err != nil {
		fmt.Println(err)
		return
	}
	normal, err := moments.Normal()
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := normal.Ridge([]int{0, 1, 2}, 1e-9)
	if err != nil {
		fmt.Println(err)
		return
	}
	coef := fit.Coefficients(0)
	fmt.Printf("%.2f + %.2f, R² %.2f\n", normal.Intercept(0, coef), coef, normal.R2(0, coef))
	fmt.Println("first two by the lasso:", normal.LassoPath(0, 2, 0))
	// Output:
	// -0.50 + [1.00 1.00 -1.00], R² 0.75
	// first two by the lasso: [0 1]
}
