package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitVector writes the functions of several vectors.
// Both widths of each, and the transpose, which there is one of.
func emitVector(c *build.Context) {
	for _, zmm := range []bool{false, true} {
		m := newMachine(c, zmm)
		m.emitAdd()
		m.emitScale()
		m.emitNormalize()
		m.emitRotate()
		m.emitRotateInterleaved()
		m.emitConvert("fromFloat16", "half precision", (*machine).fromFloat16)
		m.emitConvert("fromBFloat16", "bfloat16", (*machine).fromBFloat16)
	}
	emitTranspose(c)
}

func (m *machine) emitAdd() {
	m.begin("add", "func(dst, x, y *float32, n int)", "writes x+y to dst.")
	dst, x, y := m.arg("dst"), m.arg("x"), m.arg("y")
	m.each("loop", m.arg("n"), []reg.GPVirtual{dst, x, y}, func(mask reg.Register) {
		v := m.fetch(x, mask)
		m.VADDPS(m.fetch(y, mask), v, v)
		m.save(v, mask, operand.Mem{Base: dst})
	})
	m.leave()
}

func (m *machine) emitScale() {
	m.begin("scale", "func(dst, x *float32, s float32, n int)", "writes s·x to dst.")
	dst, x, s := m.arg("dst"), m.arg("x"), m.scalar("s")
	m.each("loop", m.arg("n"), []reg.GPVirtual{dst, x}, func(mask reg.Register) {
		v := m.fetch(x, mask)
		m.VMULPS(s, v, v)
		m.save(v, mask, operand.Mem{Base: dst})
	})
	m.leave()
}

// It is (x−mean)·scale first and then one fused multiply-add, as in generic Go.
func (m *machine) emitNormalize() {
	m.begin("normalize", "func(dst, x, gain, bias *float32, mean, scale float32, n int)",
		"writes (x-mean)·scale·gain plus bias, unless that is nil, to dst.")
	dst, x, gain, bias := m.arg("dst"), m.arg("x"), m.arg("gain"), m.arg("bias")
	mean, scale, n := m.scalar("mean"), m.scalar("scale"), m.arg("n")
	// y is the bias, or zeros where there is none
	body := func(y func(mask reg.Register) reg.VecVirtual) func(reg.Register) {
		return func(mask reg.Register) {
			v := m.fetch(x, mask)
			m.VSUBPS(mean, v, v)
			m.VMULPS(scale, v, v)
			m.VFMADD213PS(y(mask), m.fetch(gain, mask), v)
			m.save(v, mask, operand.Mem{Base: dst})
		}
	}
	m.TESTQ(bias, bias)
	m.JZ(operand.LabelRef("unbiased"))
	m.each("biased", n, []reg.GPVirtual{dst, x, gain, bias}, body(func(mask reg.Register) reg.VecVirtual {
		return m.fetch(bias, mask)
	}))
	m.leave()
	m.Label("unbiased")
	zero := m.vec()
	m.zero(zero)
	m.each("plain", n, []reg.GPVirtual{dst, x, gain}, body(func(reg.Register) reg.VecVirtual { return zero }))
	m.leave()
}

// x·cos − y·sin and y·cos + x·sin, each with one rounding less by FMA.
func (m *machine) emitRotate() {
	m.begin("rotate", "func(lo, hi, cos, sin *float32, n int)", "turns the points (lo, hi).")
	lo, hi, cos, sin := m.arg("lo"), m.arg("hi"), m.arg("cos"), m.arg("sin")
	m.each("loop", m.arg("n"), []reg.GPVirtual{lo, hi, cos, sin}, func(mask reg.Register) {
		x, y, c, s := m.fetch(lo, mask), m.fetch(hi, mask), m.fetch(cos, mask), m.fetch(sin, mask)
		u, v := m.vec(), m.vec()
		m.VMULPS(s, y, u)
		m.VMULPS(s, x, v)
		m.VFMSUB213PS(u, c, x)
		m.VFMADD213PS(v, c, y)
		m.save(x, mask, operand.Mem{Base: lo})
		m.save(y, mask, operand.Mem{Base: hi})
	})
	m.leave()
}

// Each cosine is spread to the two lanes of its pair, and the pairs' numbers are swapped.
func (m *machine) emitRotateInterleaved() {
	m.begin("rotateInterleaved", "func(x, cos, sin *float32, n int)",
		fmt.Sprintf("turns the points that lie one after the other in x, n a multiple of %d.", m.lanes/2))
	x, cos, sin, n := m.arg("x"), m.arg("cos"), m.arg("sin"), m.arg("n")
	// the numbers 0 0 1 1 2 2 …, by which a permutation doubles lanes
	twice := m.vec()
	m.VMOVUPS(m.data("twice", 16, func(i int) uint32 { return uint32(i / 2) }), twice)
	m.Label("loop")
	// half as many angles as numbers are loaded
	c, s, v, u := m.vec(), m.vec(), m.fetch(x, nil), m.vec()
	if m.zmm {
		m.VMOVUPS(operand.Mem{Base: cos}, c.AsY())
		m.VMOVUPS(operand.Mem{Base: sin}, s.AsY())
	} else {
		m.VMOVUPS(operand.Mem{Base: cos}, c.AsX())
		m.VMOVUPS(operand.Mem{Base: sin}, s.AsX())
	}
	m.VPERMPS(c, twice, c)
	m.VPERMPS(s, twice, s)
	// 0xb1 swaps neighbours
	m.VPERMILPS(operand.Imm(0xb1), v, u)
	m.VMULPS(s, u, u)
	// minus in even lanes and plus in odd ones
	m.VFMADDSUB213PS(u, c, v)
	m.save(v, nil, operand.Mem{Base: x})
	m.ADDQ(operand.Imm(uint64(m.bytes())), x)
	m.ADDQ(operand.Imm(uint64(m.bytes()/2)), cos)
	m.ADDQ(operand.Imm(uint64(m.bytes()/2)), sin)
	m.SUBQ(operand.Imm(uint64(m.lanes/2)), n)
	m.JNZ(operand.LabelRef("loop"))
	m.leave()
}

// emitConvert writes a conversion of 16-bit numbers.
func (m *machine) emitConvert(name, format string, convert func(m *machine, from operand.Mem) reg.VecVirtual) {
	m.begin(name, "func(dst *float32, src *byte, n int)",
		fmt.Sprintf("converts %s numbers, n a multiple of %d.", format, m.lanes))
	dst, src, n := m.arg("dst"), m.arg("src"), m.arg("n")
	m.Label("loop")
	m.save(convert(m, operand.Mem{Base: src}), nil, operand.Mem{Base: dst})
	m.ADDQ(operand.Imm(uint64(m.bytes()/2)), src)
	m.ADDQ(operand.Imm(uint64(m.bytes())), dst)
	m.SUBQ(operand.Imm(uint64(m.lanes)), n)
	m.JNZ(operand.LabelRef("loop"))
	m.leave()
}

// fromFloat16 is exact: each half precision number is a float32 (F16C's instruction).
func (m *machine) fromFloat16(from operand.Mem) reg.VecVirtual {
	v := m.vec()
	m.VCVTPH2PS(from, v)
	return v
}

// A bfloat16 is the upper half of a float32.
func (m *machine) fromBFloat16(from operand.Mem) reg.VecVirtual {
	v := m.vec()
	m.VPMOVZXWD(from, v)
	m.VPSLLD(operand.Imm(16), v, v)
	return v
}
