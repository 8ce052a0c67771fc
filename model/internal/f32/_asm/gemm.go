package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A tile is a block of the product that stays in registers: rows by vectors.
type tile struct {
	*machine
	name          string
	rows, vectors int
}

// emitGemm writes one function a level and number of vectors, with a body for
// every number of rows.
func emitGemm(c *build.Context) {
	for _, f := range []struct {
		zmm           bool
		vectors, rows int
	}{
		{true, 3, 8}, {true, 2, 12}, {true, 1, 12},
		{false, 2, 6}, {false, 1, 12},
	} {
		m := newMachine(c, f.zmm)
		m.gemm(f.vectors, f.rows)
	}
}

const gemmSignature = "func(rows, k int, a *float32, lda int, b *float32, ldb int, " +
	"c *float32, ldc int, bias, residual *float32, scale float32, tail int)"

// gemm writes the function for tiles of 1..most rows.
func (m *machine) gemm(vectors, most int) {
	name := fmt.Sprintf("gemm%d%s", vectors, m.suffix)
	m.Function(name)
	m.SignatureExpr(gemmSignature)
	m.Pragma("noescape")
	m.Doc(fmt.Sprintf("%s multiplies a tile of at most %d rows and %d columns.", name, most, vectors*m.lanes),
		"Strides are in bytes; the last vector of a row has tail columns.")
	m.Attributes(noSplit)

	rows := m.Load(m.Param("rows"), m.GP64())
	g := &operands{
		a:   m.Load(m.Param("a"), m.GP64()),
		b:   m.Load(m.Param("b"), m.GP64()),
		ldb: m.Load(m.Param("ldb"), m.GP64()),
		k:   m.Load(m.Param("k"), m.GP64()),
	}
	g.lda = map[int]reg.Register{1: m.Load(m.Param("lda"), m.GP64())}
	for i := 3; i < most; i += 2 {
		g.lda[i] = m.GP64()
		if i == 3 {
			m.LEAQ(operand.Mem{Base: g.lda[1], Index: g.lda[1], Scale: 2}, g.lda[i])
		} else {
			m.LEAQ(operand.Mem{Base: g.lda[i-2], Index: g.lda[1], Scale: 2}, g.lda[i])
		}
	}
	for r := most; r > 1; r-- {
		m.CMPQ(rows, operand.Imm(uint64(r)))
		m.JE(operand.LabelRef(fmt.Sprintf("rows%d", r)))
	}
	for r := 1; r <= most; r++ {
		m.Label(fmt.Sprintf("rows%d", r))
		t := &tile{machine: m, name: fmt.Sprintf("rows%d", r), rows: r, vectors: vectors}
		t.emit(g)
	}
}

// operands are what the loop over k reads. lda holds odd multiples of a's stride.
type operands struct {
	a, b, ldb, k reg.Register
	lda          map[int]reg.Register
}

// row returns the address of k+step in row i of a.
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
	const unroll = 4
	acc := t.begin()
	four, one, done := t.name+"four", t.name+"one", t.name+"done"
	t.SUBQ(operand.Imm(unroll), g.k)
	t.JL(operand.LabelRef(t.name + "rest"))
	t.Label(four)
	for step := range unroll {
		t.step(g, acc, step)
	}
	t.ADDQ(operand.Imm(4*unroll), g.a)
	t.SUBQ(operand.Imm(unroll), g.k)
	t.JGE(operand.LabelRef(four))
	t.Label(t.name + "rest")
	t.ADDQ(operand.Imm(unroll), g.k)
	t.JZ(operand.LabelRef(done))
	t.Label(one)
	t.step(g, acc, 0)
	t.ADDQ(operand.Imm(4), g.a)
	t.DECQ(g.k)
	t.JNZ(operand.LabelRef(one))
	t.Label(done)
	t.finish(acc)
	t.leave()
}

// begin returns the sums as they stand before the loop.
func (t *tile) begin() [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, t.rows)
	for i := range acc {
		acc[i] = make([]reg.VecVirtual, t.vectors)
		for j := range acc[i] {
			acc[i][j] = t.vec()
			t.zero(acc[i][j])
		}
	}
	return acc
}

// step adds the products of one k.
func (t *tile) step(g *operands, acc [][]reg.VecVirtual, step int) {
	b := make([]reg.VecVirtual, t.vectors)
	for j := range b {
		b[j] = t.vec()
		t.VMOVUPS(operand.Mem{Base: g.b, Disp: j * t.bytes()}, b[j])
	}
	if !t.zmm { // whose tiles read a panel more often than AVX-512's, for their work
		t.PREFETCHT0(operand.Mem{Base: g.b, Disp: 1024})
	}
	t.ADDQ(g.ldb, g.b)
	for i := range acc {
		x := t.vec()
		t.VBROADCASTSS(g.row(i, step), x)
		for j := range b {
			t.VFMADD231PS(b[j], x, acc[i][j])
		}
	}
}

// finish takes acc through the epilogue and stores it.
func (t *tile) finish(acc [][]reg.VecVirtual) {
	scale := t.vec()
	addr, _ := t.Param("scale").Resolve()
	t.VBROADCASTSS(addr.Addr, scale)
	for i := range acc {
		for j := range acc[i] {
			t.VMULPS(scale, acc[i][j], acc[i][j])
		}
	}
	tail := t.Load(t.Param("tail"), t.GP64())
	if t.zmm {
		t.store(acc, t.mask(tail))
		return
	}
	whole := t.name + "whole"
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
	part := t.name + "whole"
	if mask != nil {
		part = t.name + "part"
	}
	maskOf := func(j int) reg.Register {
		if j == t.vectors-1 {
			return mask
		}
		return nil
	}
	at := func(p reg.Register, j int) operand.Mem { return operand.Mem{Base: p, Disp: j * t.bytes()} }

	bias := t.Load(t.Param("bias"), t.GP64())
	t.TESTQ(bias, bias)
	t.JZ(operand.LabelRef(part + "unbiased"))
	for j := range t.vectors {
		v := t.vec()
		t.load(at(bias, j), maskOf(j), v)
		for i := range acc {
			t.VADDPS(v, acc[i][j], acc[i][j])
		}
	}
	t.Label(part + "unbiased")
	c, ldc := t.Load(t.Param("c"), t.GP64()), t.Load(t.Param("ldc"), t.GP64())
	residual := t.Load(t.Param("residual"), t.GP64())
	t.TESTQ(residual, residual)
	t.JZ(operand.LabelRef(part + "store"))
	for i := range acc {
		for j := range acc[i] {
			v := t.vec()
			t.load(at(residual, j), maskOf(j), v)
			t.VADDPS(v, acc[i][j], acc[i][j])
		}
		t.ADDQ(ldc, residual)
	}
	t.Label(part + "store")
	for i := range acc {
		for j := range acc[i] {
			t.save(acc[i][j], maskOf(j), at(c, j))
		}
		t.ADDQ(ldc, c)
	}
}
