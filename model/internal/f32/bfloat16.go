package f32

import (
	"fmt"
	"math"
)

// A BFloat16Matrix is the right-hand side of a product in bfloat16. It is made
// for one level. Once filled it may be read by any number of goroutines.
type BFloat16Matrix struct {
	shape
	numbers []uint16 // by panel, pair of k, column, and k within a pair
}

// NewBFloat16Matrix returns a matrix of zeros with in rows (K) and out columns
// (N), for Active(), to be filled by [BFloat16Matrix.Fill].
func NewBFloat16Matrix(in, out int) *BFloat16Matrix {
	return newBFloat16Matrix(bfloat16Level(active), in, out)
}

// PackBFloat16 returns the matrix of w, which is [out][in] row-major.
func PackBFloat16(w []float32, out, in int) *BFloat16Matrix {
	m := NewBFloat16Matrix(in, out)
	m.Fill(0, &Weights{In: in, Out: out, Floats: w}, 0, out)
	return m
}

func newBFloat16Matrix(l Level, in, out int) *BFloat16Matrix {
	m := &BFloat16Matrix{shape: newShape(l, in, out)}
	m.numbers = aligned[uint16](m.stored() * 2 * m.steps())
	return m
}

// Bytes returns the memory that the numbers take.
func (m *BFloat16Matrix) Bytes() int { return 2 * len(m.numbers) }

// steps returns how many pairs lead along k.
func (m *BFloat16Matrix) steps() int { return (m.in + 1) / 2 }

// panel returns the numbers of panel p and how many a pair of rows has.
func (m *BFloat16Matrix) panel(p int) (b []uint16, stride int) {
	begin, end, stride := m.place(p, m.steps(), 2)
	return m.numbers[begin:end], stride
}

// Fill writes outputs lo..hi of w, rounded to nearest, to the columns of m from
// column+lo on. Calls for separate columns may run at the same time.
func (m *BFloat16Matrix) Fill(column int, w *Weights, lo, hi int) {
	m.checkFill(column, w, lo, hi)
	w.each(lo, hi, func(o int, x []float32, rounded []uint16) {
		toBFloat16(m.level, rounded, x)
		at := column + o
		b, stride := m.panel(at / m.width)
		b = b[2*(at%m.width):]
		for k, v := range rounded[:len(x)] {
			b[k/2*stride+k%2] = v
		}
	})
}

// BFloat16Rows are the rows of a left-hand side in bfloat16.
type BFloat16Rows struct {
	level   Level
	in, len int
	stride  int
	numbers []uint16
}

// Reset makes room for rows of in numbers. Memory is reused, so a warm call
// allocates nothing; what it held is lost.
func (r *BFloat16Rows) Reset(rows, in int) { r.reset(bfloat16Level(active), rows, in) }

func (r *BFloat16Rows) reset(l Level, rows, in int) {
	r.level, r.in, r.len = l, in, rows
	r.stride = roundUp(in, registerNumbers)
	if n := rows * r.stride; n > cap(r.numbers) {
		r.numbers = aligned[uint16](n)
	} else {
		r.numbers = r.numbers[:n]
	}
}

// Set rounds rows of a, which begin lda apart, to nearest as rows at and after.
// Calls for separate rows may run at the same time.
func (r *BFloat16Rows) Set(at int, a []float32, lda, rows int) {
	checkRows(at, rows, r.len, r.in, len(a), lda)
	for i := range rows {
		x := r.numbers[(at+i)*r.stride:][:r.stride]
		toBFloat16(r.level, x, a[i*lda:][:r.in])
		clear(x[r.in:]) // the matrix has zeros there, which would not do for NaN
	}
}

// checkRows panics unless a, of so many floats, has rows of in numbers that lie
// lda apart, to become rows at and after of so many.
func checkRows(at, rows, most, in, floats, lda int) {
	if at < 0 || rows < 0 || at+rows > most || rows > 0 && (lda < in || floats < (rows-1)*lda+in) {
		panic(fmt.Sprintf("f32: rows %d..%d of %d from %d floats, %d apart", at, at+rows, most, floats, lda))
	}
}

// GemmBFloat16 is [Gemm] in bfloat16 with sums in float32: it writes the
// product of rows first and after of a with w to dst, row first of a being row
// 0 of dst.
//
// An element is one chain of fused multiply-adds over pairs of k in ascending
// order, the second of a pair before the first; where a sum is below float32's
// normal range it counts as zero. That is what the processor's instruction
// does, and the other levels do the same.
func GemmBFloat16(dst []float32, ldd int, a *BFloat16Rows, first, rows int, w *BFloat16Matrix, lo, hi int, e *Epilogue) {
	g := gemmBFloat16{product{&w.shape, dst, ldd, rows, lo, hi, e}, w, a, first}
	if !g.check() {
		return
	}
	if first < 0 || first+rows > a.len || a.in != w.in || a.level != w.level {
		panic(fmt.Sprintf("f32: rows %d..%d of %d×%d times %d×%d", first, first+rows, a.len, a.in, w.in, w.out))
	}
	if w.in == 0 || !g.assembly() {
		g.generic()
	}
}

// A gemmBFloat16 is the arguments of one GemmBFloat16.
type gemmBFloat16 struct {
	product
	w     *BFloat16Matrix
	a     *BFloat16Rows
	first int
}

// generic defines the product.
func (g *gemmBFloat16) generic() {
	for i := range g.cells() {
		row, panel, n := g.cell(i)
		var acc [48]float32
		g.chains(acc[:n], row, panel)
		g.finish(acc[:n], row, panel*g.width)
	}
}

// chains adds the products of a row and a panel to acc.
func (g *gemmBFloat16) chains(acc []float32, row, panel int) {
	b, stride := g.w.panel(panel)
	a := g.a.numbers[(g.first+row)*g.a.stride:]
	for s := range g.w.steps() {
		for j := range acc {
			y := b[s*stride+2*j:]
			acc[j] = flushed(fma(brain(a[2*s+1]), brain(y[1]), acc[j]))
			acc[j] = flushed(fma(brain(a[2*s]), brain(y[0]), acc[j]))
		}
	}
}

// brain returns the number whose bfloat16 bits are b.
func brain(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// flushed returns x, or zero of its sign if x is subnormal.
func flushed(x float32) float32 {
	if math.Abs(float64(x)) < 0x1p-126 {
		return float32(math.Copysign(0, float64(x)))
	}
	return x
}

// toBFloat16Generic writes x to dst as rounded makes it.
func toBFloat16Generic(dst []uint16, x []float32) {
	for i, v := range x {
		dst[i] = rounded(v)
	}
}

// rounded returns the bits of x, rounded to nearest even bfloat16, subnormals
// to 0.
func rounded(x float32) uint16 {
	b := math.Float32bits(x)
	switch {
	case x != x:
		return 0x7fc0
	case b&0x7f800000 == 0:
		return 0
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}
