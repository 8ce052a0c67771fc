package main

import "fmt"

// A neonFunction is applied to every element: emit returns the register of
// f(x), and leaves x alone.
type neonFunction struct {
	name, doc string
	emit      func(w *neonKernel, x int) int
}

var neonFunctions = []neonFunction{
	{"identity", "x", func(w *neonKernel, x int) int { y := w.get(); w.move(x, y); return y }},
	neonGate("gelu", "GELU of x", geluP),
	neonGate("geluTanh", "GELUTanh of x", geluTanhP),
	{"relu", "ReLU of x", (*neonKernel).relu},
	neonGate("silu", "SiLU of x", siluP),
	{"tanh", "tanh of x", (*neonKernel).tanh},
}

// neonGate is gate, see there.
func neonGate(name, doc string, p []float32) neonFunction {
	return neonFunction{name, doc, func(w *neonKernel, x int) int {
		s := w.get()
		w.do(vectorMul, s, x, x)
		g := w.horner(s, p)
		w.do(vectorMul, g, x, g)
		w.clamp(g, g, gateMin, gateMax)
		e := w.pow2(g)
		w.with(one, func(c int) { w.do(vectorAdd, e, e, c) })
		w.do(vectorDiv, e, x, e)
		w.put(s, g)
		return e
	}}
}

// function writes f for elements that are a multiple of four.
func (w *neonKernel) function(f neonFunction) {
	w.begin(f.name, fmt.Sprintf("writes %s, times up unless that is nil, for n elements, a multiple of 4.", f.doc),
		append(pointers("dst", "x", "up"), argument{"n", "int"})...)
	// R2 is up, nil where there is none
	w.op("CBNZ R2, %sgated", f.name)
	w.loop("plain", 3, 4, func() {
		x := w.read(1)
		y := f.emit(w, x)
		w.write(y, 0)
		w.put(x, y)
	})
	w.op("RET")
	w.loop("gated", 3, 4, func() {
		x := w.read(1)
		y, up := f.emit(w, x), w.read(2)
		w.do(vectorMul, y, y, up)
		w.write(y, 0)
		w.put(x, y, up)
	})
	w.op("RET")
}

// horner returns the polynomial c of x.
func (w *neonKernel) horner(x int, c []float32) int {
	// each sum is in the register that its coefficient was loaded to
	p := w.constant(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		next := w.constant(c[i])
		w.fma(x, p, next)
		w.put(p)
		p = next
	}
	return p
}

// clamp sets to to x within lo..hi, NaN if it is.
func (w *neonKernel) clamp(x, to int, lo, hi float32) {
	w.with(hi, func(c int) { w.do(vectorMin, to, x, c) })
	w.with(lo, func(c int) { w.do(vectorMax, to, to, c) })
}

// exp is that of function.go, operation for operation.
func (w *neonKernel) exp(x int) int {
	// n is a copy of magic, to which the product is added
	r, n := w.get(), w.constant(magic)
	w.clamp(x, r, expMin, expMax)
	w.with(log2e, func(c int) { w.fma(r, c, n) })
	w.with(magic, func(c int) { w.do(vectorSub, n, n, c) })
	w.with(ln2Hi, func(c int) { w.fms(n, c, r) })
	w.with(ln2Lo, func(c int) { w.fms(n, c, r) })
	p := w.horner(r, expP)
	// Two factors, as one would not do for subnormal results.
	w.do(vectorToInt, n, n, 0)
	w.do(vectorHalve, r, n, 0)
	w.op("VSUB V%d.S4, V%d.S4, V%d.S4", r, n, n)
	w.with(one, func(c int) {
		for _, e := range []int{r, n} {
			w.op("VSHL $23, V%d.S4, V%d.S4", e, e)
			w.op("VADD V%d.S4, V%d.S4, V%d.S4", c, e, e)
			w.do(vectorMul, p, p, e)
		}
	})
	w.put(r, n)
	return p
}

// pow2 returns 2^x for x of gateMin..gateMax, which is lost.
func (w *neonKernel) pow2(x int) int {
	n, f := w.get(), w.get()
	w.with(magic, func(c int) {
		w.do(vectorAdd, n, x, c)
		w.do(vectorSub, f, n, c)
	})
	w.do(vectorSub, x, x, f)
	p := w.horner(x, pow2P)
	w.op("VSHL $23, V%d.S4, V%d.S4", n, n)
	w.op("VADD V%d.S4, V%d.S4, V%d.S4", n, p, p)
	w.put(n, f)
	return p
}

// 0 where x < 0, else x: NaN stays.
func (w *neonKernel) relu(x int) int {
	y := w.get()
	w.op("VEOR V%d.B16, V%d.B16, V%d.B16", y, y, y)
	// all ones where 0 > x
	w.do(vectorGreater, y, y, x)
	w.do(vectorClear, y, x, y)
	return y
}

// tanh computes both of function.go's branches and takes each lane from one of them.
func (w *neonKernel) tanh(x int) int {
	t, s := w.get(), w.get()
	w.do(vectorAbs, t, x, 0)
	w.do(vectorMul, s, x, x)
	q := w.horner(s, tanhP)
	w.do(vectorMul, q, q, s)
	small := w.get()
	w.move(x, small)
	w.fma(q, x, small)
	w.do(vectorAdd, s, t, t)
	e := w.exp(s)
	w.with(one, func(c int) {
		w.do(vectorAdd, e, e, c)
		w.with(two, func(d int) { w.do(vectorDiv, e, d, e) })
		w.do(vectorSub, e, c, e)
	})
	w.with(signBit, func(c int) { w.op("VBIT V%d.B16, V%d.B16, V%d.B16", c, x, e) })
	w.with(tanhSwitch, func(c int) { w.do(vectorGreater, s, c, t) })
	w.op("VBIT V%d.B16, V%d.B16, V%d.B16", s, small, e)
	w.put(t, s, q, small)
	return e
}
