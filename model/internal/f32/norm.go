package f32

import "math"

// LayerNorm writes x, made of mean 0 and variance 1, times gain plus bias to
// dst, which may be x. All have one length; bias may be nil. eps is added to
// the variance (Ba, Kiros, Hinton 2016, "Layer Normalization").
func LayerNorm(dst, x, gain, bias []float32, eps float32) {
	layerNorm(active, dst, x, gain, bias, eps)
}

func layerNorm(l Level, dst, x, gain, bias []float32, eps float32) {
	x, gain = x[:len(dst)], gain[:len(dst)]
	if bias != nil {
		bias = bias[:len(dst)]
	}
	n := float32(len(x))
	mean := sum(l, x) / n
	normalize(l, dst, x, gain, bias, mean, inverseRoot(sumSquares(l, x, mean)/n+eps))
}

// RMSNorm writes x, divided by the root of its mean square, times gain to dst,
// which may be x. All have one length. eps is added to the mean square (Zhang,
// Sennrich 2019, "Root Mean Square Layer Normalization").
func RMSNorm(dst, x, gain []float32, eps float32) { rmsNorm(active, dst, x, gain, eps) }

func rmsNorm(l Level, dst, x, gain []float32, eps float32) {
	x, gain = x[:len(dst)], gain[:len(dst)]
	normalize(l, dst, x, gain, nil, 0, inverseRoot(sumSquares(l, x, 0)/float32(len(x))+eps))
}

// inverseRoot returns 1/√x, each step rounded.
func inverseRoot(x float32) float32 { return 1 / float32(math.Sqrt(float64(x))) }

// normalizeGeneric writes (x-mean)·scale·gain plus bias, unless that is nil.
func normalizeGeneric(dst, x, gain, bias []float32, mean, scale float32) {
	for i, v := range x {
		b := float32(0)
		if bias != nil {
			b = bias[i]
		}
		dst[i] = fma(float32((v-mean)*scale), gain[i], b)
	}
}
