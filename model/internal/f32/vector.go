package f32

// Add writes x+y to dst, which may be either. They have the same length.
func Add(dst, x, y []float32) { add(active, dst, x[:len(dst)], y[:len(dst)]) }

// AddScaled adds s·x to dst, each element by one fused multiply-add. They have
// the same length.
func AddScaled(dst, x []float32, s float32) { addScaled(active, dst, x[:len(dst)], s) }

// Scale writes s·x to dst, which may be x. They have the same length.
func Scale(dst, x []float32, s float32) { scale(active, dst, x[:len(dst)], s) }

func addGeneric(dst, x, y []float32) {
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func addScaledGeneric(dst, x []float32, s float32) {
	for i, v := range x {
		dst[i] = fma(v, s, dst[i])
	}
}

func scaleGeneric(dst, x []float32, s float32) {
	for i, v := range x {
		dst[i] = v * s
	}
}
