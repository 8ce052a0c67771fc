package f32

import "math"

// Exp writes eˣ of every element of x to dst, which may be x.
func Exp(dst, x []float32) { each(dst, x, exp) }

// Erf writes the error function of every element of x to dst, which may be x.
func Erf(dst, x []float32) { each(dst, x, erf) }

func each(dst, x []float32, f func(float32) float32) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = f(v)
	}
}

func exp(x float32) float32  { return float32(math.Exp(float64(x))) }
func erf(x float32) float32  { return float32(math.Erf(float64(x))) }
func tanh(x float32) float32 { return float32(math.Tanh(float64(x))) }
func gelu(x float32) float32 {
	return float32(float64(x) / 2 * (1 + math.Erf(float64(x)/math.Sqrt2)))
}
func geluTanh(x float32) float32 {
	v := float64(x)
	return float32(v / 2 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(v+0.044715*v*v*v))))
}
func silu(x float32) float32 { return float32(float64(x) / (1 + math.Exp(-float64(x)))) }
