package f32

import "math"

// A function is one that is applied to every element.
type function uint8

const (
	funcIdentity function = iota
	funcGELU
	funcGELUTanh
	funcReLU
	funcSiLU
	funcTanh
)

// apply writes f of every element of x, times up unless that is nil, to dst.
func apply(l Level, f function, dst, x, up []float32) {
	x = x[:len(dst)]
	if up != nil {
		up = up[:len(dst)]
	}
	if len(dst) > 0 {
		applyRows(l, f, dst, x, up, len(dst), 1, len(dst))
	}
}

// Rows overlap in nothing; dst may be x or up.
func applyRowsGeneric(f function, dst, x, up []float32, n, rows, stride int) {
	for i := range rows {
		for j := i * stride; j < i*stride+n; j++ {
			y := f.at(x[j])
			if up != nil {
				y = float32(y * up[j])
			}
			dst[j] = y
		}
	}
}

// at defines the functions.
// Assembly does the same operations in the same order, so that every level gives the
// same bits; conversions keep Go from fusing products with sums.
func (f function) at(x float32) float32 {
	switch f {
	case funcGELU:
		return gate(x, geluP[:])
	case funcGELUTanh:
		return gate(x, geluTanhP[:])
	case funcReLU:
		if x < 0 {
			return 0
		}
	case funcSiLU:
		return gate(x, siluP[:])
	case funcTanh:
		return tanh(x)
	}
	return x
}

// gate returns x/(1+2^w), w being x times the polynomial p of x². GELU is that:
// the logarithm of (1-Φ(x))/Φ(x) is an odd function that a polynomial follows
// to where the quotient is all but 0 or 1.
// The polynomials are fitted by _asm/fit.py.
func gate(x float32, p []float32) float32 {
	w := float32(x * horner(float32(x*x), p))
	return x / (1 + pow2(clamp(w, gateMin, gateMax)))
}

// pow2 returns 2^w for w of gateMin..gateMax: 2ⁿ·2^f with |f| ≤ 1/2.
// w+magic rounds to an integer in the lowest bits of the sum; the integer is added to the
// exponent of the polynomial's result.
func pow2(w float32) float32 {
	if w != w {
		return w
	}
	n := w + magic - magic
	return math.Float32frombits(math.Float32bits(horner(w-n, pow2P[:])) + uint32(int32(n))<<23)
}

// exp returns eˣ: 2ⁿ·e^r with |r| ≤ ln 2/2.
// ln 2 is subtracted in two parts (Cody and Waite 1980), so that the remainder is exact to
// more digits than a float32 of ln 2 has.
func exp(x float32) float32 {
	r := clamp(x, expMin, expMax)
	n := fma(r, log2e, magic) - magic
	r = fma(n, -ln2Hi, r)
	r = fma(n, -ln2Lo, r)
	if r != r {
		return r
	}
	// Two factors, as one would not do for subnormal results.
	i := int32(n)
	h := i >> 1
	return float32(float32(horner(r, expP[:])*power(h)) * power(i-h))
}

// power returns 2ⁿ of a normal result.
func power(n int32) float32 { return math.Float32frombits(uint32(n+127) << 23) }

// tanh returns the hyperbolic tangent of x: near zero a polynomial, else by exp.
// 1 − 2/(e²ᵗ+1) loses all digits near zero.
func tanh(x float32) float32 {
	t := float32(math.Abs(float64(x)))
	if t < tanhSwitch {
		s := float32(x * x)
		return fma(float32(horner(s, tanhP[:])*s), x, x)
	}
	return float32(math.Copysign(float64(1-2/(exp(t+t)+1)), float64(x)))
}

// horner returns the polynomial c of x.
func horner(x float32, c []float32) float32 {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = fma(p, x, c[i])
	}
	return p
}

// clamp returns x within lo..hi, NaN if it is.
// Comparisons with NaN are false, which is what lets it through.
func clamp(x, lo, hi float32) float32 {
	if x > hi {
		return hi
	}
	if x < lo {
		return lo
	}
	return x
}
