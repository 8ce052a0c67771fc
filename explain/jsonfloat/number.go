// Package jsonfloat has floats that JSON can carry whatever they are: NaN is what
// statistics say of too little data, and JSON has no such number.
package jsonfloat

import (
	"encoding/json"
	"fmt"
	"math"
)

// A Number is a float that JSON may have to carry though JSON has no such number:
// NaN, one that is not known, is null, and what is beyond all bounds is the string
// "Infinity" or "-Infinity", which Python's float and JavaScript's Number read.
type Number float64

// Numbers returns v as numbers that JSON can carry; never nil.
func Numbers(v []float64) []Number {
	out := make([]Number, len(v))
	for i, f := range v {
		out[i] = Number(f)
	}
	return out
}

// MarshalJSON writes a number, null, "Infinity" or "-Infinity".
func (n Number) MarshalJSON() ([]byte, error) {
	switch f := float64(n); {
	case math.IsNaN(f):
		return []byte("null"), nil
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	default:
		return json.Marshal(f)
	}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case "null":
		*n = Number(math.NaN())
	case `"Infinity"`:
		*n = Number(math.Inf(1))
	case `"-Infinity"`:
		*n = Number(math.Inf(-1))
	default:
		var f float64
		if err := json.Unmarshal(b, &f); err != nil {
			return fmt.Errorf("%s is no number", b)
		}
		*n = Number(f)
	}
	return nil
}
