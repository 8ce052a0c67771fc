package render

import (
	"math"
	"strconv"
)

// A format writes the numbers of a column with equal decimals.
type format struct {
	decimals int // behind the point; in exponents where negative
}

// formatFor returns a format that shows the largest of the numbers with four
// significant digits.
func formatFor(numbers ...float64) format {
	largest := 0.0
	for _, v := range numbers {
		if a := math.Abs(v); a > largest && !math.IsInf(a, 0) {
			largest = a
		}
	}
	switch {
	case largest == 0:
		return format{3}
	case largest >= 1e6 || largest < 1e-5:
		return format{-3}
	}
	return format{max(0, 3-int(math.Floor(math.Log10(largest))))}
}

// unsigned writes v with a sign only where it is negative.
func (f format) unsigned(v float64) string {
	if f.decimals < 0 {
		return strconv.FormatFloat(v, 'e', -f.decimals, 64)
	}
	return strconv.FormatFloat(v, 'f', f.decimals, 64)
}

// signed writes v with its sign always, and zero without: a score that rounds
// to zero takes no side.
func (f format) signed(v float64) string {
	s := f.unsigned(v)
	if zero, _ := strconv.ParseFloat(s, 64); zero == 0 {
		return f.unsigned(0)
	}
	if v > 0 {
		return "+" + s
	}
	return s
}
