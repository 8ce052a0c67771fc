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
		m.emitLargest()
		m.emitExpSum()
		m.emitSoftmax()
	}
}

// emitSum and the others each have the lanes, what is done with an element, and what folds
// the lanes to one.
func (m *machine) emitSum() {
	m.begin("sum", "func(x *float32, n int) float32", "returns the sum of x.")
	x, acc := m.arg("x"), m.partials()
	m.eachLane("lanes", []reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		m.VADDPS(m.fetchAt(x, at, mask), acc[j], acc[j])
	})
	m.fold(acc, m.VADDPS)
}

func (m *machine) emitSumSquares() {
	m.begin("sumSquares", "func(x *float32, mean float32, n int) float32", "returns the sum of (x-mean)².")
	x, mean, acc := m.arg("x"), m.scalar("mean"), m.partials()
	m.eachLane("lanes", []reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		// a masked load has zeros, of which the mean would be taken: they are cleared again
		d := m.fetchAt(x, at, mask)
		m.VSUBPS(mean, d, d)
		m.keep(d, mask)
		m.VFMADD231PS(d, d, acc[j])
	})
	m.fold(acc, m.VADDPS)
}

func (m *machine) emitLargest() {
	m.begin("largest", "func(x *float32, n int) float32", "returns the largest of x, passing over NaN.")
	x, acc := m.arg("x"), m.partials()
	m.accumulateLargest(x, acc)
	m.fold(acc, m.VMAXPS)
}

// accumulateLargest makes acc the largest of what x points to.
// VMAXPS returns its second source where one is NaN: acc stays.
func (m *machine) accumulateLargest(x reg.GPVirtual, acc []reg.VecVirtual) {
	for _, a := range acc {
		m.VBROADCASTSS(m.table(negativeInfinity), a)
	}
	m.eachLane("largest", []reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		v := m.fetchAt(x, at, mask)
		if mask != nil {
			v = m.choose(mask, v, acc[j])
		}
		m.VMAXPS(acc[j], v, acc[j])
	})
}

func (m *machine) emitExpSum() {
	m.begin("expSum", "func(dst, x *float32, max float32, n int) float32", "writes e to the x-max and returns the sum.")
	m.hoist(expConstants...)
	m.hoist(expP...)
	dst, x, largest, acc := m.arg("dst"), m.arg("x"), m.scalar("max"), m.partials()
	m.accumulateExp(dst, x, largest, acc)
	m.fold(acc, m.VADDPS)
}

// accumulateExp writes e to the x-largest to dst, which may be x, and adds it
// to acc.
func (m *machine) accumulateExp(dst, x reg.GPVirtual, largest reg.VecVirtual, acc []reg.VecVirtual) {
	pointers := []reg.GPVirtual{dst, x}
	if dst == x {
		pointers = pointers[:1]
	}
	m.eachLane("exp", pointers, func(j, at int, mask reg.Register) {
		v := m.fetchAt(x, at, mask)
		m.VSUBPS(largest, v, v)
		e := m.exp(v)
		m.keep(e, mask)
		m.save(e, mask, operand.Mem{Base: dst, Disp: at})
		m.VADDPS(e, acc[j], acc[j])
	})
}

// partials returns zeros, lanesOfReduction of them.
// They are what a sum begins with; the largest sets its own.
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
// Element i goes to lane i mod 32 at every width: two registers of 16 or four of 8.
func (m *machine) eachLane(label string, pointers []reg.GPVirtual, body func(j, at int, mask reg.Register)) {
	n := m.arg("n")
	advance := func(bytes int) {
		for _, p := range pointers {
			m.ADDQ(operand.Imm(uint64(bytes)), p)
		}
	}
	registers := lanesOfReduction / m.lanes
	m.SUBQ(operand.Imm(lanesOfReduction), n)
	m.JL(operand.LabelRef(label + "rest"))
	m.Label(label + "whole")
	for j := range registers {
		body(j, j*m.bytes(), nil)
	}
	advance(4 * lanesOfReduction)
	m.SUBQ(operand.Imm(lanesOfReduction), n)
	m.JGE(operand.LabelRef(label + "whole"))
	m.Label(label + "rest")
	m.ADDQ(operand.Imm(lanesOfReduction), n)
	for j := range registers {
		part := fmt.Sprintf("%spart%d", label, j)
		m.CMPQ(n, operand.Imm(uint64(m.lanes)))
		m.JL(operand.LabelRef(part))
		body(j, 0, nil)
		advance(m.bytes())
		m.SUBQ(operand.Imm(uint64(m.lanes)), n)
		if j < registers-1 {
			m.JMP(operand.LabelRef(part + "next"))
		} else {
			m.JMP(operand.LabelRef(label + "fold"))
		}
		m.Label(part)
		m.TESTQ(n, n)
		m.JZ(operand.LabelRef(label + "fold"))
		body(j, 0, m.mask(n))
		m.JMP(operand.LabelRef(label + "fold"))
		m.Label(part + "next")
	}
	m.Label(label + "fold")
}

// fold returns to the caller what op makes of the lanes.
func (m *machine) fold(acc []reg.VecVirtual, op func(...operand.Op)) {
	m.Store(m.folded(acc, op).AsX(), m.ReturnIndex(0))
	m.leave()
}

// folded returns, in its first lane, what op makes of the lanes, halving their
// number.
func (m *machine) folded(acc []reg.VecVirtual, op func(...operand.Op)) reg.VecVirtual {
	for n := len(acc) / 2; n > 0; n /= 2 {
		for i := range n {
			op(acc[i+n], acc[i], acc[i])
		}
	}
	y := acc[0]
	x, high := y.AsX(), m.XMM()
	if m.zmm {
		low, half := y.AsY(), m.YMM()
		m.VEXTRACTF32X8(operand.Imm(1), y, half)
		op(half, low, low)
		m.VEXTRACTF32X4(operand.Imm(1), low, high)
	} else {
		m.VEXTRACTF128(operand.Imm(1), y.AsY(), high)
	}
	op(high, x, x)
	// 0x4e brings the upper two lanes down, and the next step the odd ones
	m.VPERMILPS(operand.Imm(0x4e), x, high)
	op(high, x, x)
	m.VMOVSHDUP(x, high)
	op(high, x, x)
	return y
}
