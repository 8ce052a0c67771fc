package f32

// Rotate turns the pairs (x[i], x[i+h]) by the angles whose cosines and sines
// are given, h = len(cos) = len(x)/2: rotary position embedding in the layout
// of GPT-NeoX and Llama (Su et al. 2021, "RoFormer"). x is the part of one
// head that is turned.
func Rotate(x, cos, sin []float32) {
	rotate(active, x[:2*len(cos)], cos, sin[:len(cos)])
}

// RotateInterleaved turns the pairs (x[2i], x[2i+1]) likewise: the layout of
// GPT-J and of the paper.
func RotateInterleaved(x, cos, sin []float32) {
	rotateInterleaved(active, x[:2*len(cos)], cos, sin[:len(cos)])
}

func rotateGeneric(x, cos, sin []float32) {
	rotatePairs(x[:len(cos)], x[len(cos):], cos, sin)
}

// rotatePairs turns the pairs (lo[i], hi[i]).
func rotatePairs(lo, hi, cos, sin []float32) {
	for i, c := range cos {
		lo[i], hi[i] = turn(lo[i], hi[i], c, sin[i])
	}
}

func rotateInterleavedGeneric(x, cos, sin []float32) {
	for i, c := range cos {
		x[2*i], x[2*i+1] = turn(x[2*i], x[2*i+1], c, sin[i])
	}
}

// turn rotates the point (x, y).
func turn(x, y, cos, sin float32) (float32, float32) {
	return fma(x, cos, -float32(y*sin)), fma(y, cos, float32(x*sin))
}
