package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits bounds the decimal digits of an integer, as Python does where it
// prints one, and maxBits its bits.
const (
	maxDigits = 4300
	maxBits   = 14284
)

// small returns an integer as the smallest kind that holds it.
// Values of one number have one kind, so that a switch over kinds needs no second look.
func small(n *big.Int) Value {
	if n.IsInt64() {
		return integer(n.Int64())
	}
	return huge{n}
}

// bigOf returns the integer that a value is, nil for none.
func bigOf(v Value) *big.Int {
	if h, ok := v.(huge); ok {
		return h.Int
	}
	if n, ok := whole(v); ok {
		return big.NewInt(int64(n))
	}
	return nil
}

// floatOf returns the number that a value is, and whether it is one.
// A huge int beyond the floats is infinite.
func floatOf(v Value) (f float64, ok bool) {
	switch v := v.(type) {
	case float:
		return float64(v), true
	case huge:
		f, _ = new(big.Float).SetInt(v.Int).Float64()
		return f, true
	}
	n, ok := whole(v)
	return float64(n), ok
}

// arithmetic returns a op b of numbers, nil where one is none.
// Two ints stay ints, but for "/", which is Python's true division.
func (r *run) arithmetic(op string, a, b Value) Value {
	x, y := bigOf(a), bigOf(b)
	if x != nil && y != nil && op != "/" {
		return r.integers(op, x, y)
	}
	f, ok := floatOf(a)
	g, also := floatOf(b)
	if !ok || !also {
		return nil
	}
	return r.floats(op, f, g)
}

// integers computes with ints of any size, whose results are bounded like literals.
func (r *run) integers(op string, x, y *big.Int) Value {
	// multiplying and dividing is worth more than a step for large numbers
	r.scan(8 * (x.BitLen() + y.BitLen()))
	z := new(big.Int)
	switch op {
	case "+":
		z.Add(x, y)
	case "-":
		z.Sub(x, y)
	case "*":
		z.Mul(x, y)
	case "//", "%":
		if y.Sign() == 0 {
			r.fail("integer division or modulo by zero")
		}
		m := new(big.Int)
		// big's division leaves a rest that is not negative; Python's has the divisor's sign
		if z.DivMod(x, y, m); m.Sign() != 0 && y.Sign() < 0 {
			z.Sub(z, big.NewInt(1)) // to the floor, with the sign of y
			m.Add(m, y)
		}
		if op == "%" {
			z = m
		}
	case "**":
		return r.power(x, y)
	}
	if z.BitLen() > maxBits {
		r.fail("a number of more than %d digits", maxDigits)
	}
	return small(z)
}

// power returns x ** y. A negative power of ints is a float. The size of the result is
// bounded before it is computed: of two short numbers, it may be more than the memory.
func (r *run) power(x, y *big.Int) Value {
	if y.Sign() < 0 {
		f, _ := floatOf(small(x))
		g, _ := floatOf(small(y))
		return r.floats("**", f, g)
	}
	// |x| ≥ 2: the result has more than (bits−1)·y bits
	if x.BitLen() > 1 && (!y.IsInt64() || y.Int64() > maxBits || int64(x.BitLen()-1)*y.Int64() > maxBits) {
		r.fail("a number of more than %d digits", maxDigits)
	}
	if x.BitLen() <= 1 && !y.IsInt64() { // of 0, 1 and -1 only whether y is odd or 0 counts
		y = big.NewInt(2 + int64(y.Bit(0)))
	}
	if x.BitLen() <= 1 {
		y = big.NewInt(min(y.Int64(), 2+y.Int64()%2))
	}
	return small(new(big.Int).Exp(x, y, nil))
}

// Of what becomes infinite, Python refuses powers alone; sums and products may.
func (r *run) floats(op string, f, g float64) Value {
	switch op {
	case "+":
		return float(f + g)
	case "-":
		return float(f - g)
	case "*":
		return float(f * g)
	case "**":
		z := math.Pow(f, g)
		switch {
		case f == 0 && g < 0:
			r.fail("0.0 cannot be raised to a negative power")
		case math.IsNaN(z) && !math.IsNaN(f) && !math.IsNaN(g):
			r.fail("a power that is no real number")
		case math.IsInf(z, 0) && !math.IsInf(f, 0) && !math.IsInf(g, 0):
			r.fail("a number too large")
		}
		return float(z)
	}
	if g == 0 {
		r.fail("division by zero")
	}
	if op == "/" {
		return float(f / g)
	}
	m := math.Mod(f, g)
	// as CPython's float_divmod: the quotient comes from the rest, so that the two go
	// together whatever was rounded
	quotient := math.Floor((f-m)/g + 0.5)
	// Go's rest has the sign of the dividend, Python's that of the divisor
	if m != 0 && (m < 0) != (g < 0) {
		m += g
		quotient = math.Floor((f-m)/g + 0.5)
	}
	if op == "%" {
		return float(m)
	}
	return float(quotient)
}

// negative is the unary minus, by way of big since −(−2⁶³) is no int64.
func (r *run) negative(v Value) Value {
	if n := bigOf(v); n != nil {
		return small(new(big.Int).Neg(n))
	}
	if f, ok := v.(float); ok {
		return -f
	}
	r.defined(v)
	r.fail("bad operand type for unary -: '%s'", v.kind())
	return nil
}

func (r *run) positive(v Value) Value {
	if n := bigOf(v); n != nil {
		return small(n)
	}
	if f, ok := v.(float); ok {
		return f
	}
	r.defined(v)
	r.fail("bad operand type for unary +: '%s'", v.kind())
	return nil
}

// floatString spells a float as Python does.
// The digits are the shortest that read back as the number; Python writes an exponent
// from 1e16 on and below 1e-4.
func floatString(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	// the shortest digits, whose exponent decides the form
	exponent := strconv.FormatFloat(f, 'e', -1, 64)
	if n, _ := strconv.Atoi(exponent[strings.IndexByte(exponent, 'e')+1:]); n < -4 || n >= 16 {
		return exponent
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
