package checkpoint

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// wholeNumbers returns JSON with integers that are written as fractions or
// powers, such as 12.0, in digits only: Python reads both alike, Go does not.
// Beyond 2⁵³ a float has no exact value, and the number stays as it is written.
func wholeNumbers(text []byte) ([]byte, error) {
	var value any
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	if err := json.Unmarshal(text, new(json.RawMessage)); err != nil {
		return nil, err
	}
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(whole(value))
}

// whole returns a value of JSON with its integers in digits.
func whole(value any) any {
	switch v := value.(type) {
	case json.Number:
		const exact = 1 << 53
		x, err := v.Float64()
		if err == nil && x == math.Trunc(x) && math.Abs(x) <= exact {
			return json.Number(strconv.FormatInt(int64(x), 10))
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	}
	return value
}

// kindOf says what is read into to.
func kindOf(to any) string {
	switch to.(type) {
	case *int:
		return "an integer"
	case *float64:
		return "a number"
	case *bool:
		return "true or false"
	case *string:
		return "a text"
	case *[]string:
		return "a list of texts"
	}
	return "an object"
}
