package output

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/whence-xai/whence/explain"
	"github.com/whence-xai/whence/explain/render"
)

// Short writes a number with about three digits; one that is not defined is a
// dash, and what rounding leaves of zero is zero.
// Three decimals suit log-odds and probabilities alike; a number that they would
// show as zero, or with more digits than are known, has three significant digits
// instead.
func Short(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case a < 1e-9:
		return "0.000"
	case a >= 1000 || a < 0.0005 && a > 0:
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// Exactly writes all digits of a number, nothing where it is not defined.
func Exactly(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Signed is Short with its sign always.
func Signed(v float64) string {
	if v > 0 {
		return "+" + Short(v)
	}
	return Short(v)
}

// Embedded is an explanation as render.JSON writes it, null where it cannot.
func Embedded(x *explain.Explanation) json.RawMessage {
	var b bytes.Buffer
	if err := render.JSON(&b, x); err != nil {
		return json.RawMessage("null")
	}
	return b.Bytes()
}
