package process

// Orders is one more than the highest order of parity functions that the prior
// tells apart.
const Orders = 6

// A polynomial holds the elementary symmetric polynomials e_0 … e_5 of some numbers.
type polynomial [Orders]float64

// newton returns the elementary symmetric polynomials of numbers with the power
// sums p[1] … p[5], by Newton's identities.
func newton(p1, p2, p3, p4, p5 float64) polynomial {
	e2 := (p1*p1 - p2) * (1. / 2)
	e3 := (e2*p1 - p1*p2 + p3) * (1. / 3)
	e4 := (e3*p1 - e2*p2 + p1*p3 - p4) * (1. / 4)
	e5 := (e4*p1 - e3*p2 + e2*p3 - p1*p4 + p5) * (1. / 5)
	return polynomial{1, p1, e2, e3, e4, e5}
}

// without returns the polynomials of the same numbers but one.
func (e polynomial) without(number float64) polynomial {
	for k := 1; k < len(e); k++ {
		e[k] -= number * e[k-1]
	}
	return e
}

// walsh transforms f, a number for every subset T of eight players, into
// Σ_T f(T) (−1)^|T∩X|, a number for every X.
func walsh(f *[256]float64) {
	for h := 1; h < len(f); h *= 2 {
		for i := 0; i < len(f); i += 2 * h {
			for j := i; j < i+h; j++ {
				f[j], f[j+h] = f[j]+f[j+h], f[j]-f[j+h]
			}
		}
	}
}
