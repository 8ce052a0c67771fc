package f32

import "math"

// LayerNorm writes x, made of mean 0 and variance 1, times gain plus bias to
// dst, which may be x. All have one length; bias may be nil. eps is added to
// the variance (Ba, Kiros, Hinton 2016, "Layer Normalization").
func LayerNorm(dst, x, gain, bias []float32, eps float32) {
	if len(dst) == 0 {
		return
	}
	x, gain = x[:len(dst)], gain[:len(dst)]
	n := float32(len(x))
	mean := Sum(x) / n
	scale := inverseRoot(sumSquares(x, mean)/n + eps)
	for i, v := range x {
		b := float32(0)
		if bias != nil {
			b = bias[i]
		}
		dst[i] = fma(float32((v-mean)*scale), gain[i], b)
	}
}

// RMSNorm writes x, divided by the root of its mean square, times gain to dst,
// which may be x. All have one length. eps is added to the mean square (Zhang,
// Sennrich 2019, "Root Mean Square Layer Normalization").
func RMSNorm(dst, x, gain []float32, eps float32) {
	if len(dst) == 0 {
		return
	}
	x, gain = x[:len(dst)], gain[:len(dst)]
	scale := inverseRoot(sumSquares(x, 0)/float32(len(x)) + eps)
	for i, v := range x {
		dst[i] = float32(float32(v*scale) * gain[i])
	}
}

// inverseRoot returns 1/√x, each step rounded.
func inverseRoot(x float32) float32 { return 1 / float32(math.Sqrt(float64(x))) }
