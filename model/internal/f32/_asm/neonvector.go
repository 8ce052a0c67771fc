package main

// reductions writes those into the 32 lanes that a reduction runs in, eight
// registers, for elements that are a multiple of 32.
// The caller folds the lanes, by the same code for all levels.
func (w *neonKernel) reductions() {
	acc := argument{"acc", "*[lanes]float32"}
	n := argument{"n", "int"}
	w.reduction("sum", "adds x to the lanes, n a multiple of 32.", []argument{acc, {"x", "*float32"}, n}, 2, func(lane int) {
		x := w.read(1)
		w.do(vectorAdd, lane, lane, x)
		w.put(x)
	})
	w.reduction("sumSquares", "adds (x-mean)² to the lanes, n a multiple of 32.", []argument{acc, {"x", "*float32"}, n, {"mean", "float32"}}, 2, func(lane int) {
		x := w.read(1)
		w.do(vectorSub, x, x, 31)
		w.fma(x, x, lane)
		w.put(x)
	})
	w.reduction("expSum", "writes e to the x-most to dst and adds it to the lanes, n a multiple of 32.",
		append(append([]argument{acc}, pointers("dst", "x")...), n, argument{"most", "float32"}), 3, func(lane int) {
			x := w.read(2)
			w.do(vectorSub, x, x, 31)
			e := w.exp(x)
			w.write(e, 1)
			w.do(vectorAdd, lane, lane, e)
			w.put(x, e)
		})
	w.reduction("largest", "raises the lanes to x where that is larger, n a multiple of 32.", []argument{acc, {"x", "*float32"}, n}, 2, func(lane int) {
		x, larger := w.read(1), w.get()
		w.do(vectorGreater, larger, x, lane)
		w.op("VBIT V%d.B16, V%d.B16, V%d.B16", larger, x, lane)
		w.put(x, larger)
	})
}

// reduction writes a kernel that takes the lanes, at R0, through step.
// The lanes stay in eight registers for the whole loop.
func (w *neonKernel) reduction(name, doc string, args []argument, n int, step func(lane int)) {
	w.begin(name, doc, args...)
	var acc [8]int
	w.op("MOVD R0, R6")
	for i := range acc {
		acc[i] = w.read(6)
	}
	w.loop("loop", n, 32, func() {
		for _, lane := range acc {
			step(lane)
		}
	})
	for _, lane := range acc {
		w.write(lane, 0)
	}
	w.op("RET")
}

// vectors writes the functions of several vectors.
func (w *neonKernel) vectors() {
	n := argument{"n", "int"}
	w.begin("add", "writes x+y to dst, n a multiple of 4.", append(pointers("dst", "x", "y"), n)...)
	w.loop("loop", 3, 4, func() {
		x, y := w.read(1), w.read(2)
		w.do(vectorAdd, x, x, y)
		w.write(x, 0)
		w.put(x, y)
	})
	w.op("RET")

	w.begin("scale", "writes s·x to dst, n a multiple of 4.", append(pointers("dst", "x"), n, argument{"s", "float32"})...)
	w.loop("loop", 2, 4, func() {
		x := w.read(1)
		w.do(vectorMul, x, x, 31)
		w.write(x, 0)
		w.put(x)
	})
	w.op("RET")

	w.begin("normalize", "writes (x-mean)·scale·gain plus bias, unless that is nil, to dst, n a multiple of 4.",
		append(pointers("dst", "x", "gain", "bias"), n, argument{"mean", "float32"}, argument{"scale", "float32"})...)
	body := func(bias func() int) func() {
		return func() {
			x, gain := w.read(1), w.read(2)
			w.do(vectorSub, x, x, 31)
			w.do(vectorMul, x, x, 30)
			b := bias()
			w.fma(x, gain, b)
			w.write(b, 0)
			w.put(x, gain, b)
		}
	}
	// R3 is the bias, nil where there is none
	w.op("CBNZ R3, normalizebiased")
	w.loop("plain", 4, 4, body(func() int {
		zero := w.get()
		w.op("VEOR V%d.B16, V%d.B16, V%d.B16", zero, zero, zero)
		return zero
	}))
	w.op("RET")
	w.loop("biased", 4, 4, body(func() int { return w.read(3) }))
	w.op("RET")

	w.rotations()
	w.convert("fromFloat16", "half precision", wideFloat16, wideFloat16Hi)
	w.convert("fromBFloat16", "bfloat16", wideShift16, wideShift16Hi)
}

// rotations writes the turns of points that lie apart and one after the other.
func (w *neonKernel) rotations() {
	n := argument{"n", "int"}
	// u = x·c − y·s and v = y·c + x·s, in the order of the other levels
	turn := func(x, y, c, s int) (u, v int) {
		u, v = w.get(), w.get()
		w.do(vectorMul, u, y, s)
		w.do(vectorNegate, u, u, 0)
		w.do(vectorMul, v, x, s)
		w.fma(x, c, u)
		w.fma(y, c, v)
		return u, v
	}
	w.begin("rotate", "turns the points (lo, hi), n a multiple of 4.", append(pointers("lo", "hi", "cos", "sin"), n)...)
	w.op("MOVD R0, R5")
	w.op("MOVD R1, R6")
	w.loop("loop", 4, 4, func() {
		x, y, c, s := w.read(5), w.read(6), w.read(2), w.read(3)
		u, v := turn(x, y, c, s)
		w.write(u, 0)
		w.write(v, 1)
		w.put(x, y, c, s, u, v)
	})
	w.op("RET")

	w.begin("rotateInterleaved", "turns the n points that lie one after the other in x, a multiple of 4.", append(pointers("x", "cos", "sin"), n)...)
	w.loop("loop", 3, 4, func() {
		// Pairs of loads and stores need neighbouring registers.
		w.op("VLD2 (R0), [V28.S4, V29.S4]")
		c, s := w.read(1), w.read(2)
		u, v := turn(28, 29, c, s)
		w.move(u, 28)
		w.move(v, 29)
		w.op("VST2.P [V28.S4, V29.S4], 32(R0)")
		w.put(c, s, u, v)
	})
	w.op("RET")
}

// convert writes a conversion of 16-bit numbers, eight at a time.
// low and high are the instructions for the two halves of a register.
func (w *neonKernel) convert(name, format string, low, high int) {
	w.begin(name, "converts "+format+" numbers, n a multiple of 8.", argument{"dst", "*float32"}, argument{"src", "*byte"}, argument{"n", "int"})
	w.loop("loop", 2, 8, func() {
		x, a, b := w.read(1), w.get(), w.get()
		w.do(low, a, x, 0)
		w.do(high, b, x, 0)
		w.write(a, 0)
		w.write(b, 0)
		w.put(x, a, b)
	})
	w.op("RET")
}
