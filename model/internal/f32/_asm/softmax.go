package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitSoftmax writes softmax over rows: the largest of a row, the exponentials
// and their sum, the quotients.
// The largest is subtracted, so that no exponential overflows; a row of −Inf alone becomes
// zeros.
func (m *machine) emitSoftmax() {
	m.begin("softmax", "func(x *float32, n, rows, stride int)",
		"replaces rows of n elements, stride bytes apart, by their softmax.")
	m.hoist(expConstants...)
	m.hoist(expP...)
	m.hoist(-math.MaxFloat32, one)
	row, rows, stride := m.arg("x"), m.arg("rows"), m.arg("stride")
	m.Label("row")

	x, acc := m.copyOf(row), m.partials()
	m.accumulateLargest(x, acc)
	largest := m.spread(m.folded(acc, m.VMAXPS))
	m.VMAXPS(m.c(-math.MaxFloat32), largest, largest) // so that -Inf has a difference to it

	x, acc = m.copyOf(row), m.partials()
	m.accumulateExp(x, x, largest, acc)
	sum := m.folded(acc, m.VADDPS)
	// the sum is 0 only where all exponentials are
	zero := m.XMM()
	m.VXORPS(zero, zero, zero)
	m.VUCOMISS(zero, sum.AsX())
	m.JP(operand.LabelRef("divide")) // NaN
	m.JE(operand.LabelRef("next"))   // nothing but -Inf
	m.Label("divide")
	inverse := m.spread(sum)
	m.VDIVPS(inverse, m.r(one), inverse)
	x = m.copyOf(row)
	m.each("scale", m.arg("n"), []reg.GPVirtual{x}, func(mask reg.Register) {
		v := m.fetch(x, mask)
		m.VMULPS(inverse, v, v)
		m.save(v, mask, operand.Mem{Base: x})
	})

	m.Label("next")
	m.ADDQ(stride, row)
	m.DECQ(rows)
	m.JNZ(operand.LabelRef("row"))
	m.leave()
}

// spread returns the first lane of x in every lane.
func (m *machine) spread(x reg.VecVirtual) reg.VecVirtual {
	v := m.vec()
	m.VBROADCASTSS(x.AsX(), v)
	return v
}
