package f32

import "math"

// Sum returns the sum of x.
func Sum(x []float32) float32 { return sum(active, x) }

// Max returns the largest element of x, passing over NaN; -Inf if there is none.
func Max(x []float32) float32 { return largest(active, x) }

// lanes is how many partial results a reduction keeps: element i goes to lane
// i mod lanes. Two registers of AVX-512 or four of AVX2 hold them.
// Thereby every level adds in the same order, and the sums have the same bits.
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

func sumGeneric(x []float32) float32 { return sumFrom(new([lanes]float32), x) }

// sumFrom returns the sum of the lanes and x.
func sumFrom(acc *[lanes]float32, x []float32) float32 {
	for i, v := range x {
		acc[i%lanes] += v
	}
	return fold(acc)
}

// sumSquaresGeneric returns the sum of (x[i]-mean)².
func sumSquaresGeneric(x []float32, mean float32) float32 {
	return sumSquaresFrom(new([lanes]float32), x, mean)
}

// sumSquaresFrom fuses the square with the sum, as assembly does.
func sumSquaresFrom(acc *[lanes]float32, x []float32, mean float32) float32 {
	for i, v := range x {
		d := v - mean
		acc[i%lanes] = fma(d, d, acc[i%lanes])
	}
	return fold(acc)
}

var negativeInfinity = float32(math.Inf(-1))

func largestGeneric(x []float32) float32 {
	m := negativeInfinity
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	return m
}

// expSumGeneric writes e^(x-largest) to dst and returns the sum.
func expSumGeneric(dst, x []float32, largest float32) float32 {
	return expSumFrom(new([lanes]float32), dst, x, largest)
}

// expSumFrom adds in the order of the lanes, which may have sums already.
func expSumFrom(acc *[lanes]float32, dst, x []float32, largest float32) float32 {
	for i, v := range x {
		dst[i] = exp(v - largest)
		acc[i%lanes] += dst[i]
	}
	return fold(acc)
}
