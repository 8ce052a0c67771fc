package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// lanesOfReduction is how many partial results a reduction keeps at any level.
const lanesOfReduction = 32

// emitReduce writes the functions that make one number of many.
func emitReduce(c *build.Context) {
	for _, zmm := range []bool{false, true} {
		m := newMachine(c, zmm)
		m.emitSum()
		m.emitSumSquares()
		m.emitDot()
		m.emitLargest()
		m.emitExpSum()
	}
}

func (m *machine) emitSum() {
	m.begin("sum", "func(x *float32, n int) float32", "returns the sum of x.")
	x, acc := m.arg("x"), m.partials()
	m.eachLane([]reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		m.VADDPS(m.fetchAt(x, at, mask), acc[j], acc[j])
	})
	m.fold(acc, m.VADDPS)
}

func (m *machine) emitSumSquares() {
	m.begin("sumSquares", "func(x *float32, mean float32, n int) float32", "returns the sum of (x-mean)².")
	x, mean, acc := m.arg("x"), m.scalar("mean"), m.partials()
	m.eachLane([]reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		d := m.fetchAt(x, at, mask)
		m.VSUBPS(mean, d, d)
		m.keep(d, mask)
		m.VFMADD231PS(d, d, acc[j])
	})
	m.fold(acc, m.VADDPS)
}

func (m *machine) emitDot() {
	m.begin("dot", "func(x, y *float32, n int) float32", "returns the sum of x·y.")
	x, y, acc := m.arg("x"), m.arg("y"), m.partials()
	m.eachLane([]reg.GPVirtual{x, y}, func(j, at int, mask reg.Register) {
		m.VFMADD231PS(m.fetchAt(x, at, mask), m.fetchAt(y, at, mask), acc[j])
	})
	m.fold(acc, m.VADDPS)
}

func (m *machine) emitLargest() {
	m.begin("largest", "func(x *float32, n int) float32", "returns the largest of x, passing over NaN.")
	x, acc := m.arg("x"), m.partials()
	for _, a := range acc {
		m.VBROADCASTSS(m.table(negativeInfinity), a)
	}
	m.eachLane([]reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		v := m.fetchAt(x, at, mask)
		if mask != nil {
			v = m.choose(mask, v, acc[j])
		}
		m.VMAXPS(acc[j], v, acc[j])
	})
	m.fold(acc, m.VMAXPS)
}

func (m *machine) emitExpSum() {
	m.begin("expSum", "func(dst, x *float32, max float32, n int) float32", "writes e to the x-max and returns the sum.")
	m.hoist(expConstants...)
	m.hoist(expP...)
	dst, x, max, acc := m.arg("dst"), m.arg("x"), m.scalar("max"), m.partials()
	m.eachLane([]reg.GPVirtual{dst, x}, func(j, at int, mask reg.Register) {
		v := m.fetchAt(x, at, mask)
		m.VSUBPS(max, v, v)
		e := m.exp(v)
		m.keep(e, mask)
		m.save(e, mask, operand.Mem{Base: dst, Disp: at})
		m.VADDPS(e, acc[j], acc[j])
	})
	m.fold(acc, m.VADDPS)
}

// partials returns zeros, lanesOfReduction of them.
func (m *machine) partials() []reg.VecVirtual {
	acc := make([]reg.VecVirtual, lanesOfReduction/m.lanes)
	for i := range acc {
		acc[i] = m.vec()
		m.zero(acc[i])
	}
	return acc
}

// eachLane runs body for n elements: register j of the lanes lies at bytes
// after the pointers, or what mask says of it.
func (m *machine) eachLane(pointers []reg.GPVirtual, body func(j, at int, mask reg.Register)) {
	n := m.arg("n")
	advance := func(bytes int) {
		for _, p := range pointers {
			m.ADDQ(operand.Imm(uint64(bytes)), p)
		}
	}
	registers := lanesOfReduction / m.lanes
	m.SUBQ(operand.Imm(lanesOfReduction), n)
	m.JL(operand.LabelRef("rest"))
	m.Label("whole")
	for j := range registers {
		body(j, j*m.bytes(), nil)
	}
	advance(4 * lanesOfReduction)
	m.SUBQ(operand.Imm(lanesOfReduction), n)
	m.JGE(operand.LabelRef("whole"))
	m.Label("rest")
	m.ADDQ(operand.Imm(lanesOfReduction), n)
	for j := range registers {
		part := fmt.Sprintf("part%d", j)
		m.CMPQ(n, operand.Imm(uint64(m.lanes)))
		m.JL(operand.LabelRef(part))
		body(j, 0, nil)
		advance(m.bytes())
		m.SUBQ(operand.Imm(uint64(m.lanes)), n)
		if j < registers-1 {
			m.JMP(operand.LabelRef("next" + part))
		} else {
			m.JMP(operand.LabelRef("fold"))
		}
		m.Label(part)
		m.TESTQ(n, n)
		m.JZ(operand.LabelRef("fold"))
		body(j, 0, m.mask(n))
		m.JMP(operand.LabelRef("fold"))
		m.Label("next" + part)
	}
	m.Label("fold")
}

// fold returns to the caller what op makes of the lanes, halving their number.
func (m *machine) fold(acc []reg.VecVirtual, op func(...operand.Op)) {
	for n := len(acc) / 2; n > 0; n /= 2 {
		for i := range n {
			op(acc[i+n], acc[i], acc[i])
		}
	}
	y := acc[0]
	if m.zmm {
		low, high := y.AsY(), m.YMM()
		m.VEXTRACTF32X8(operand.Imm(1), y, high)
		op(high, low, low)
	}
	x, high := y.AsX(), m.XMM()
	m.VEXTRACTF128(operand.Imm(1), y.AsY(), high)
	op(high, x, x)
	m.VPERMILPS(operand.Imm(0x4e), x, high)
	op(high, x, x)
	m.VMOVSHDUP(x, high)
	op(high, x, x)
	m.Store(x, m.ReturnIndex(0))
	m.leave()
}
