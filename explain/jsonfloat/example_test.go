package jsonfloat_test

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/whence-xai/whence/explain/jsonfloat"
)

// A standard error that is not known is null in JSON, which encoding/json refuses
// of a float64.
func ExampleNumber() {
	b, err := json.Marshal(struct {
		Scores []jsonfloat.Number `json:"scores"`
		Error  jsonfloat.Number   `json:"error"`
	}{jsonfloat.Numbers([]float64{1.5, math.Inf(1)}), jsonfloat.Number(math.NaN())})
	fmt.Println(string(b), err)
	// Output: {"scores":[1.5,"Infinity"],"error":null} <nil>
}
