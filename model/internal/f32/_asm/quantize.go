package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitQuantize writes what makes integers of numbers.
func emitQuantize(c *build.Context) {
	for _, zmm := range []bool{false, true} {
		m := newMachine(c, zmm)
		m.emitExtent()
		m.emitQuantize()
		m.emitToBFloat16()
	}
}

// v−v is 0 for a finite number and NaN for all others, and a sum keeps NaN.
func (m *machine) emitExtent() {
	m.begin("extent", "func(x *float32, n int) (lo, hi, fault float32)",
		"returns the least and the largest of x and 0, and NaN if x is not finite, else 0.")
	x, lo, hi, fault := m.arg("x"), m.partials(), m.partials(), m.partials()
	m.eachLane("extent", []reg.GPVirtual{x}, func(j, at int, mask reg.Register) {
		v := m.fetchAt(x, at, mask)
		m.VMINPS(lo[j], v, lo[j])
		m.VMAXPS(hi[j], v, hi[j])
		m.VSUBPS(v, v, v)
		m.VADDPS(v, fault[j], fault[j])
	})
	m.Store(m.folded(lo, m.VMINPS).AsX(), m.Return("lo"))
	m.Store(m.folded(hi, m.VMAXPS).AsX(), m.Return("hi"))
	m.Store(m.folded(fault, m.VADDPS).AsX(), m.Return("fault"))
	m.leave()
}

// emitQuantize writes bytes with AVX-512 and words with AVX2, as its products
// take them.
func (m *machine) emitQuantize() {
	m.begin("quantize", "func(dst *byte, x *float32, inverse, zero float32, n int)",
		"writes x·inverse+zero, rounded to 0…255, and goes on to the end of a register.")
	dst, x, n := m.arg("dst"), m.arg("x"), m.arg("n")
	inverse, zero := m.scalar("inverse"), m.scalar("zero")
	m.hoist(0, 255)
	body := func(mask reg.Register) {
		v := m.fetch(x, mask)
		m.VFMADD213PS(zero, inverse, v)
		m.VMAXPS(m.c(0), v, v)
		m.VMINPS(m.c(255), v, v)
		m.VCVTPS2DQ(v, v)
		if m.zmm {
			m.VPMOVDB(v, operand.Mem{Base: dst})
		} else {
			m.saveWords(v, operand.Mem{Base: dst})
		}
		// sixteen bytes, or eight words, for each register of floats
		m.ADDQ(operand.Imm(16), dst)
	}
	m.each("loop", n, []reg.GPVirtual{x}, body)
	m.leave()
}

// saveWords writes the low words of the lanes of v.
func (m *machine) saveWords(v reg.VecVirtual, to operand.Mem) {
	if m.zmm {
		m.VPMOVDW(v, to)
		return
	}
	m.VPACKUSDW(v, v, v)
	// packing works within halves of a register; this brings their parts together
	m.VPERMQ(operand.Imm(0x08), v, v)
	m.VMOVUPS(v.AsX(), to)
}

// AVX-512's own instruction flushes subnormals as well, so that levels agree.
func (m *machine) emitToBFloat16() {
	m.begin("toBFloat16", "func(dst *uint16, x *float32, n int)",
		"writes x, rounded to nearest even bfloat16, subnormals to 0, and goes on to the end of a register.")
	dst, x, n := m.arg("dst"), m.arg("x"), m.arg("n")
	m.hoist(minNormal, signBit, roundDown, lastBit, quietNaN, 0)
	m.each("loop", n, []reg.GPVirtual{x}, func(mask reg.Register) {
		v, size, odd := m.fetch(x, mask), m.vec(), m.vec()
		m.VANDNPS(v, m.r(signBit), size)
		v = m.compare(lessThan, size, minNormal, m.r(0), v)
		// Half of the last place less one, and one more if that place is odd.
		m.VPSRLD(operand.Imm(16), v, odd)
		m.VANDPS(m.c(lastBit), odd, odd)
		rounded := m.vec()
		m.VPADDD(m.c(roundDown), v, rounded)
		m.VPADDD(odd, rounded, rounded)
		rounded = m.compare(unordered, v, 0, m.r(quietNaN), rounded)
		m.VPSRLD(operand.Imm(16), rounded, rounded)
		m.saveWords(rounded, operand.Mem{Base: dst})
		m.ADDQ(operand.Imm(uint64(m.bytes()/2)), dst)
	})
	m.leave()
}
