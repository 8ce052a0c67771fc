package f32

// Rotate turns the pairs (x[i], x[i+h]) by the angles whose cosines and sines
// are given, h = len(cos) = len(x)/2: rotary position embedding in the layout
// of GPT-NeoX and Llama (Su et al. 2021, "RoFormer"). x is the part of one
// head that is turned.
func Rotate(x, cos, sin []float32) {
	h := len(cos)
	lo, hi, sin := x[:h], x[h:2*h], sin[:h]
	for i, c := range cos {
		lo[i], hi[i] = turn(lo[i], hi[i], c, sin[i])
	}
}

// RotateInterleaved turns the pairs (x[2i], x[2i+1]) likewise: the layout of
// GPT-J and of the paper.
func RotateInterleaved(x, cos, sin []float32) {
	h := len(cos)
	x, sin = x[:2*h], sin[:h]
	for i, c := range cos {
		x[2*i], x[2*i+1] = turn(x[2*i], x[2*i+1], c, sin[i])
	}
}

// turn rotates the point (x, y).
func turn(x, y, cos, sin float32) (float32, float32) {
	return fma(x, cos, -float32(y*sin)), fma(y, cos, float32(x*sin))
}
