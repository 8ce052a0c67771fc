package f32

import "fmt"

// GemmInt8 is [Gemm] in integers: it writes the product of rows first and
// after of a with w to dst, row first of a being row 0 of dst.
//
// An element's integers are summed exactly, so its bits depend on nothing but
// its row and column; the sum less the row's zero times the column's sum is
// rounded to float32, then times the row's scale, the column's, and so on as
// in [Epilogue].
func GemmInt8(dst []float32, ldd int, a *Int8Rows, first, rows int, w *Int8Matrix, lo, hi int, e *Epilogue) {
	g := gemmInt8{product{&w.shape, dst, ldd, rows, lo, hi, e}, w, a, first}
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

// A gemmInt8 is the arguments of one GemmInt8.
type gemmInt8 struct {
	product
	w     *Int8Matrix
	a     *Int8Rows
	first int
}

// generic defines the product.
func (g *gemmInt8) generic() {
	for i := range g.cells() {
		row, panel, n := g.cell(i)
		var acc [48]float32
		g.chains(acc[:n], row, panel)
		g.finish(acc[:n], row, panel*g.width)
	}
}

// chains writes the product of a row and a panel to acc.
func (g *gemmInt8) chains(acc []float32, row, panel int) {
	row += g.first
	b, stride := g.w.panel(panel)
	a := g.a.numbers[row*g.a.stride:]
	for j := range acc {
		var sum int32
		for k := range g.in {
			x, y := integers(g.level, a, b[4*j:], stride, k)
			sum += x * y
		}
		column := panel*g.width + j
		sum -= g.a.zero[row] * g.w.sum[column]
		acc[j] = float32(float32(float32(sum)*g.a.scale[row]) * g.w.scale[column])
	}
}

// integers returns number k of a row and of a column, as level l has them.
func integers(l Level, row, column []byte, stride, k int) (x, y int32) {
	if l.words() {
		i := k/2*stride + k%2*2
		return int32(row[2*k]), int32(int16(uint16(column[i]) | uint16(column[i+1])<<8))
	}
	return int32(row[k]), int32(int8(column[k/4*stride+k%4]))
}
