package f32

// Add writes x+y to dst, which may be either. They have the same length.
func Add(dst, x, y []float32) { add(active, dst, x[:len(dst)], y[:len(dst)]) }

// Scale writes s·x to dst, which may be x. They have the same length.
func Scale(dst, x []float32, s float32) { scale(active, dst, x[:len(dst)], s) }

func addGeneric(dst, x, y []float32) {
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func scaleGeneric(dst, x []float32, s float32) {
	for i, v := range x {
		dst[i] = v * s
	}
}
