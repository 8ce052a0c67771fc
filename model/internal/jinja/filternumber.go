package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// toInteger is the filter int.
// A text that spells a float is cut to its whole part; what is no number is the
// default, without an error.
func toInteger(r *run, v Value, a *args) Value {
	given := r.bind(a, "int", "default", "base")
	other := given[0]
	if other == nil {
		other = integer(0)
	}
	switch v := v.(type) {
	case Text:
		// the base counts for texts only
		if n := parseInteger(v.s, r.optional(given[1], 10, "int")); n != nil {
			return n
		}
		if f, ok := parseFloat(v.s); ok && !math.IsInf(f, 0) && !math.IsNaN(f) {
			return truncated(f)
		}
	case float:
		if f := float64(v); !math.IsInf(f, 0) && !math.IsNaN(f) {
			return truncated(f)
		}
	default:
		r.defined(v)
		if n := bigOf(v); n != nil {
			return small(n)
		}
	}
	return other
}

// truncated returns the whole part of a finite float, towards zero.
func truncated(f float64) Value {
	n, _ := big.NewFloat(f).Int(nil)
	return small(n)
}

// parseInteger reads an integer as Python does, nil for none.
func parseInteger(s string, base int) Value {
	s = strings.TrimFunc(s, isSpace)
	// Python's int() takes single underscores between digits, one sign, white space around
	// and, with base 0, the prefixes of literals
	if len(s) > maxDigits || base < 0 || base == 1 || base > 36 {
		return nil
	}
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return nil
	}
	digits = strings.ToLower(strings.ReplaceAll(digits, "_", ""))
	for prefix, b := range map[string]int{"0x": 16, "0o": 8, "0b": 2} {
		if strings.HasPrefix(digits, prefix) && (base == b || base == 0) {
			digits, base = digits[2:], b
		}
	}
	if base == 0 {
		base = 10
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return nil
	}
	if s[0] == '-' {
		n.Neg(n)
	}
	return small(n)
}

// parseFloat reads a float as Python does.
// Go's syntax is wider: hexadecimal floats are refused, and underscores taken out.
func parseFloat(s string) (f float64, ok bool) {
	s = strings.TrimFunc(s, isSpace)
	if strings.ContainsAny(s, "xXpP") || len(s) > maxDigits {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	return f, err == nil || math.IsInf(f, 0)
}

// toFloat is the filter float.
func toFloat(r *run, v Value, a *args) Value {
	other := r.bind(a, "float", "default")[0]
	if other == nil {
		other = float(0)
	}
	r.defined(v)
	if f, ok := floatOf(v); ok {
		return float(f)
	}
	if t, ok := v.(Text); ok {
		if f, ok := parseFloat(t.s); ok {
			return float(f)
		}
	}
	return other
}

// round rounds half to even, up or down.
// "ceil" and "floor" go by powers of ten, as jinja2's do_round does.
func round(r *run, v Value, a *args) Value {
	given := r.bind(a, "round", "precision", "method")
	places, method := r.optional(given[0], 0, "round"), "common"
	if given[1] != nil {
		method = r.str(given[1], "round").s
	}
	// beyond that nothing is rounded, or everything is
	places = min(max(places, -400), 400)
	f, ok := floatOf(v)
	if !ok {
		r.defined(v)
		r.fail("round: want a number, not '%s'", v.kind())
	}
	switch method {
	// Python's round, which rounds halves to even
	case "common":
		if n := bigOf(v); n != nil {
			return roundInteger(n, places)
		}
		return float(roundFloat(f, places))
	case "ceil":
		return float(math.Ceil(f*math.Pow(10, float64(places))) / math.Pow(10, float64(places)))
	case "floor":
		return float(math.Floor(f*math.Pow(10, float64(places))) / math.Pow(10, float64(places)))
	}
	r.fail("round: method must be common, ceil or floor")
	return nil
}

// roundFloat rounds as Python's round does: the number's exact value to the nearest
// decimal, halves to even.
func roundFloat(f float64, places int) float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return f
	}
	if places >= 0 {
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'f', places, 64), 64)
		return f
	}
	p := math.Pow(10, float64(-places))
	return math.RoundToEven(f/p) * p
}

// roundInteger rounds to a multiple of a power of ten for negative places, exactly:
// ints have no bound that floats could hold.
func roundInteger(n *big.Int, places int) Value {
	if places >= 0 {
		return small(n)
	}
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-places)), nil)
	// the quotient is rounded down and the rest is not negative, so that twice the rest
	// against the divisor says where the nearest multiple is
	q, m := new(big.Int).DivMod(n, p, new(big.Int))
	if c := m.Lsh(m, 1).Cmp(p); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return small(q.Mul(q, p))
}
