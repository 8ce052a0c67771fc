package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A tile is a block of the product that stays in registers: rows by vectors.
// Sums stay in registers over all of k. The larger the tile, the more products for each
// load: 8 rows by 3 vectors need 11 loads for 24 products.
type tile struct {
	*machine
	*arithmetic
	label         string
	rows, vectors int
	control       operand.Mem // where the control word is put aside
}

// most returns the vectors of a full panel.
func (m *machine) most() int {
	if m.zmm {
		return 3
	}
	return 2
}

// product writes the function for tiles of 1..most rows.
// Registers are allocated by avo, which fails where a tile is too large for them.
func (m *machine) product(f *arithmetic, vectors, most int) {
	// one signature for all products; arguments that only some have stand last
	signature := fmt.Sprintf("func(rows, k int, a %[1]s, lda int, b %[1]s, ldb int, ", f.pointer) +
		"c *float32, ldc int, bias, residual *float32, scale float32, tail int"
	doc := fmt.Sprintf("multiplies a tile of at most %d rows and %d columns. "+
		"Strides are in bytes, k in steps; the last vector of a row has tail columns.", most, vectors*m.lanes)
	if f.chained {
		signature += ", from *float32"
		doc += " Sums begin with those at from unless that is nil."
	}
	if f.integers {
		signature += ", rowScale *float32, rowZero *int32, columnScale *float32, columnSum *int32"
	}
	m.begin(fmt.Sprintf("%s%d", f.name, vectors), signature+")", doc)

	var control operand.Mem
	if f.flush && !m.zmm {
		control = m.AllocLocal(8)
	}
	rows := m.arg("rows")
	g := &operands{a: m.arg("a"), b: m.arg("b"), ldb: m.arg("ldb"), k: m.arg("k")}
	// strides of one, three, five … rows, computed once
	g.lda = map[int]reg.Register{1: m.arg("lda")}
	for i := 3; i < most; i += 2 {
		g.lda[i] = m.GP64()
		if i == 3 {
			m.LEAQ(operand.Mem{Base: g.lda[1], Index: g.lda[1], Scale: 2}, g.lda[i])
		} else {
			m.LEAQ(operand.Mem{Base: g.lda[i-2], Index: g.lda[1], Scale: 2}, g.lda[i])
		}
	}
	// a body for each number of rows, so that loops have no branch within
	for r := most; r > 1; r-- {
		m.CMPQ(rows, operand.Imm(uint64(r)))
		m.JE(operand.LabelRef(fmt.Sprintf("rows%d", r)))
	}
	for r := 1; r <= most; r++ {
		t := &tile{machine: m, arithmetic: f, label: fmt.Sprintf("rows%d", r), rows: r, vectors: vectors, control: control}
		m.Label(t.label)
		t.emit(g)
	}
}

// operands are what the loop over k reads. lda holds odd multiples of a's stride.
type operands struct {
	a, b, ldb, k reg.Register
	lda          map[int]reg.Register
}

// row returns the address of k+step in row i of a.
// x86 addresses have a scale of 1, 2, 4 or 8 only: row 6 is 2 times three strides.
func (g *operands) row(i, step int) operand.Mem {
	at := operand.Mem{Base: g.a, Disp: 4 * step}
	if i == 0 {
		return at
	}
	scale := i & -i
	at.Index, at.Scale = g.lda[i/scale], uint8(scale)
	return at
}

// emit writes the body for one number of rows.
func (t *tile) emit(g *operands) {
	unroll := 2
	if t.vectors == t.machine.most() {
		unroll = 4
	}
	acc := t.zeros()
	if t.chained {
		t.resume(acc)
	}
	t.flushed(func() { t.loop(g, acc, unroll) })
	t.finish(acc)
	t.leave()
}

// loop adds the products of all steps, several at a time and then one by one.
// Unrolled, the loop's own instructions are few beside the products'.
func (t *tile) loop(g *operands, acc [][]reg.VecVirtual, unroll int) {
	several, one, done := t.label+"several", t.label+"one", t.label+"done"
	t.SUBQ(operand.Imm(uint64(unroll)), g.k)
	t.JL(operand.LabelRef(t.label + "rest"))
	t.Label(several)
	for step := range unroll {
		t.step(g, acc, step)
	}
	t.ADDQ(operand.Imm(uint64(4*unroll)), g.a)
	t.SUBQ(operand.Imm(uint64(unroll)), g.k)
	t.JGE(operand.LabelRef(several))
	t.Label(t.label + "rest")
	t.ADDQ(operand.Imm(uint64(unroll)), g.k)
	t.JZ(operand.LabelRef(done))
	t.Label(one)
	t.step(g, acc, 0)
	t.ADDQ(operand.Imm(4), g.a)
	t.DECQ(g.k)
	t.JNZ(operand.LabelRef(one))
	t.Label(done)
}

// zeros returns the sums as they stand before the loop, and fetches the lines
// that they will be written to.
func (t *tile) zeros() [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, t.rows)
	for i := range acc {
		acc[i] = make([]reg.VecVirtual, t.vectors)
		for j := range acc[i] {
			acc[i][j] = t.vec()
			t.zero(acc[i][j])
		}
	}
	c, ldc := t.arg("c"), t.arg("ldc")
	for range acc {
		// a line of the cache is 64 bytes
		for line := 0; line < t.vectors*t.bytes(); line += 64 {
			t.PREFETCHT0(operand.Mem{Base: c, Disp: line})
		}
		t.ADDQ(ldc, c)
	}
	return acc
}

// resume has the sums begin with those at from, unless that is nil.
func (t *tile) resume(acc [][]reg.VecVirtual) {
	label := t.label + "begun"
	from, ldc := t.arg("from"), t.arg("ldc")
	t.TESTQ(from, from)
	t.JZ(operand.LabelRef(label))
	// the last vector may have fewer columns than dst has room for
	mask := t.mask(t.arg("tail"))
	for i := range acc {
		for j, v := range acc[i] {
			m := mask
			if j < t.vectors-1 {
				m = nil
			}
			t.load(operand.Mem{Base: from, Disp: j * t.bytes()}, m, v)
		}
		t.ADDQ(ldc, from)
	}
	t.Label(label)
}

// step adds the products of one step, that of number at from where a stands.
// b is one vector of a panel's row for each column, a one number for each row: an outer
// product.
func (t *tile) step(g *operands, acc [][]reg.VecVirtual, at int) {
	b := make([][]reg.VecVirtual, t.vectors)
	for j := range b {
		b[j] = t.split(t.fetchAt(g.b, j*t.bytes(), nil))
	}
	if !t.zmm { // whose tiles read a panel more often than AVX-512's, for their work
		t.PREFETCHT0(operand.Mem{Base: g.b, Disp: 1024})
	}
	t.ADDQ(g.ldb, g.b)
	for i := range acc {
		v := t.vec()
		t.VBROADCASTSS(g.row(i, at), v)
		x := t.split(v)
		for j := range b {
			for part := range x {
				t.multiply(t.machine, x[part], b[j][part], acc[i][j])
			}
		}
	}
}

// split returns the parts of a register that are multiplied one by one.
func (t *tile) split(v reg.VecVirtual) []reg.VecVirtual {
	if t.parts == nil {
		return []reg.VecVirtual{v}
	}
	return t.parts(t.machine, v)
}

// finish takes acc through the epilogue and stores it.
// A scale of 1 is skipped, whose product would cost a pass over all sums.
func (t *tile) finish(acc [][]reg.VecVirtual) {
	if t.integers {
		t.dequantize(acc)
	}
	// compared as bits: a float's comparison needs a register of its own
	bits := t.GP32()
	t.MOVL(t.address("scale"), bits)
	t.CMPL(bits, operand.U32(math.Float32bits(1)))
	t.JE(operand.LabelRef(t.label + "scaled"))
	scale := t.scalar("scale")
	for i := range acc {
		for j := range acc[i] {
			t.VMULPS(scale, acc[i][j], acc[i][j])
		}
	}
	t.Label(t.label + "scaled")
	tail := t.arg("tail")
	if t.zmm {
		t.store(acc, t.mask(tail))
		return
	}
	whole := t.label + "whole"
	t.CMPQ(tail, operand.Imm(uint64(t.lanes)))
	t.JE(operand.LabelRef(whole))
	t.store(acc, t.mask(tail))
	t.leave()
	t.Label(whole)
	t.store(acc, nil)
}

// store adds bias and residual to acc and writes it to c. The last vector of a
// row is masked unless mask is nil.
func (t *tile) store(acc [][]reg.VecVirtual, mask reg.Register) {
	part := t.label + "whole"
	if mask != nil {
		part = t.label + "part"
	}
	maskOf := func(j int) reg.Register {
		if j == t.vectors-1 {
			return mask
		}
		return nil
	}
	// nil pointers skip a step of the epilogue
	bias := t.arg("bias")
	t.TESTQ(bias, bias)
	t.JZ(operand.LabelRef(part + "unbiased"))
	for j := range t.vectors {
		v := t.fetchAt(bias, j*t.bytes(), maskOf(j))
		for i := range acc {
			t.VADDPS(v, acc[i][j], acc[i][j])
		}
	}
	t.Label(part + "unbiased")
	c, ldc, residual := t.arg("c"), t.arg("ldc"), t.arg("residual")
	t.TESTQ(residual, residual)
	t.JZ(operand.LabelRef(part + "store"))
	for i := range acc {
		for j := range acc[i] {
			t.VADDPS(t.fetchAt(residual, j*t.bytes(), maskOf(j)), acc[i][j], acc[i][j])
		}
		t.ADDQ(ldc, residual)
	}
	t.Label(part + "store")
	for i := range acc {
		for j := range acc[i] {
			t.save(acc[i][j], maskOf(j), operand.Mem{Base: c, Disp: j * t.bytes()})
		}
		t.ADDQ(ldc, c)
	}
}
