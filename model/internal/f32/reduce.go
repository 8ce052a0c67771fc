package f32

import "math"

// lanes is how many partial results a reduction keeps: element i goes to lane
// i mod lanes. Two registers of AVX-512 or four of AVX2 hold them.
const lanes = 32

// fold adds the upper half of the lanes to the lower until one is left.
func fold(acc *[lanes]float32) float32 {
	for n := lanes / 2; n > 0; n /= 2 {
		for i := range n {
			acc[i] += acc[i+n]
		}
	}
	return acc[0]
}

// Sum returns the sum of x, taken in lanes.
func Sum(x []float32) float32 {
	var acc [lanes]float32
	for i, v := range x {
		acc[i%lanes] += v
	}
	return fold(&acc)
}

// Dot returns the sum of x[i]·y[i], taken in lanes.
func Dot(x, y []float32) float32 {
	var acc [lanes]float32
	y = y[:len(x)]
	for i, v := range x {
		acc[i%lanes] = fma(v, y[i], acc[i%lanes])
	}
	return fold(&acc)
}

// sumSquares returns the sum of (x[i]-mean)².
func sumSquares(x []float32, mean float32) float32 {
	var acc [lanes]float32
	for i, v := range x {
		d := v - mean
		acc[i%lanes] = fma(d, d, acc[i%lanes])
	}
	return fold(&acc)
}

// Max returns the largest element of x, -Inf if there is none, NaN if one is NaN.
func Max(x []float32) float32 {
	m := float32(math.Inf(-1))
	for _, v := range x {
		m = max(m, v)
	}
	return m
}
