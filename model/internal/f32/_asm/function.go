package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A function is applied to every element: emit turns x into f(x) with the
// given constants at hand.
// It is written once for both widths, and generic Go is its meaning.
type function struct {
	name, doc string
	constants [][]float32
	emit      func(m *machine, x reg.VecVirtual) reg.VecVirtual
}

var (
	// what each function keeps in registers with AVX-512
	expConstants  = []float32{log2e, ln2Hi, ln2Lo, magic, expMin, expMax}
	gateConstants = []float32{magic, gateMin, gateMax}
)

var functions = []function{
	{"identity", "x", nil, func(_ *machine, x reg.VecVirtual) reg.VecVirtual { return x }},
	gate("gelu", "GELU of x", geluP),
	gate("geluTanh", "GELUTanh of x", geluTanhP),
	{"relu", "ReLU of x", nil, (*machine).relu},
	gate("silu", "SiLU of x", siluP),
	{"tanh", "tanh of x", [][]float32{expConstants, expP, tanhP, {tanhSwitch, one, two, signBit}}, (*machine).tanh},
}

// gate is the function x/(1+2^w), w being x times the polynomial p of x².
func gate(name, doc string, p []float32) function {
	return function{name, doc, [][]float32{gateConstants, pow2P, p}, func(m *machine, x reg.VecVirtual) reg.VecVirtual {
		s := m.vec()
		m.VMULPS(x, x, s)
		w := m.horner(s, p)
		m.VMULPS(x, w, w)
		e := m.pow2(m.clamp(w, gateMin, gateMax))
		m.VADDPS(m.c(one), e, e)
		m.VDIVPS(e, x, x)
		return x
	}}
}

// emitFunction writes each function for rows of elements.
func emitFunction(c *build.Context) {
	for _, f := range functions {
		for _, zmm := range []bool{false, true} {
			m := newMachine(c, zmm)
			m.begin(f.name, "func(dst, x, up *float32, n, rows, stride int)",
				"writes "+f.doc+", times up unless that is nil, for rows of n elements that begin stride bytes apart.")
			for _, list := range f.constants {
				m.hoist(list...)
			}
			m.rows(f.emit)
		}
	}
}

// rows applies f along rows.
func (m *machine) rows(f func(*machine, reg.VecVirtual) reg.VecVirtual) {
	stride, rows := m.arg("stride"), m.arg("rows")
	lines := []reg.GPVirtual{m.arg("dst"), m.arg("x"), m.arg("up")}
	m.Label("row")
	n, dst, x, up := m.arg("n"), m.copyOf(lines[0]), m.copyOf(lines[1]), m.copyOf(lines[2])
	// two loops, so that the one without a gate loads nothing for it
	m.TESTQ(up, up)
	m.JNZ(operand.LabelRef("gated"))
	m.each("plain", n, []reg.GPVirtual{dst, x}, func(mask reg.Register) {
		m.save(f(m, m.fetch(x, mask)), mask, operand.Mem{Base: dst})
	})
	m.JMP(operand.LabelRef("next"))
	m.Label("gated")
	m.each("gate", n, []reg.GPVirtual{dst, x, up}, func(mask reg.Register) {
		y := f(m, m.fetch(x, mask))
		m.VMULPS(m.fetch(up, mask), y, y)
		m.save(y, mask, operand.Mem{Base: dst})
	})
	m.ADDQ(stride, lines[2])
	m.Label("next")
	m.ADDQ(stride, lines[0])
	m.ADDQ(stride, lines[1])
	m.DECQ(rows)
	m.JNZ(operand.LabelRef("row"))
	m.leave()
}

// horner returns the polynomial c of x.
func (m *machine) horner(x reg.VecVirtual, c []float32) reg.VecVirtual {
	p := m.vec()
	m.VMOVUPS(m.c(c[len(c)-1]), p)
	for i := len(c) - 2; i >= 0; i-- {
		m.VFMADD213PS(m.c(c[i]), x, p)
	}
	return p
}

// clamp returns x within lo..hi, NaN if it is.
// The order of operands counts: of NaN and a number the instructions return the second.
func (m *machine) clamp(x reg.VecVirtual, lo, hi float32) reg.VecVirtual {
	t := m.vec()
	m.VMINPS(x, m.r(hi), t)
	m.VMAXPS(t, m.r(lo), t)
	return t
}

// exp is function.go's: n is the integer, r the remainder.
func (m *machine) exp(x reg.VecVirtual) reg.VecVirtual {
	r, n := m.clamp(x, expMin, expMax), m.vec()
	m.VMOVAPS(r, n)
	// x·log₂e + magic in one rounding
	m.VFMADD213PS(m.c(magic), m.r(log2e), n)
	m.VSUBPS(m.c(magic), n, n)
	m.VFNMADD231PS(m.c(ln2Hi), n, r)
	m.VFNMADD231PS(m.c(ln2Lo), n, r)
	p := m.horner(r, expP)
	if m.zmm {
		m.VSCALEFPS(n, p, p)
		return p
	}
	// Two factors, as one would not do for subnormal results.
	m.VCVTPS2DQ(n, n)
	h := m.vec()
	// n = h + (n−h), each small enough for an exponent
	m.VPSRAD(operand.Imm(1), n, h)
	m.VPSUBD(h, n, n)
	for _, e := range []reg.VecVirtual{h, n} {
		m.VPSLLD(operand.Imm(23), e, e)
		m.VPADDD(m.c(one), e, e)
		m.VMULPS(e, p, p)
	}
	return p
}

// pow2 returns 2^w for w of gateMin..gateMax.
func (m *machine) pow2(w reg.VecVirtual) reg.VecVirtual {
	n := m.vec()
	m.VADDPS(m.c(magic), w, n)
	if m.zmm {
		m.VSUBPS(m.c(magic), n, n)
		m.VSUBPS(n, w, w)
		p := m.horner(w, pow2P)
		m.VSCALEFPS(n, p, p)
		return p
	}
	f := m.vec()
	m.VSUBPS(m.c(magic), n, f)
	m.VSUBPS(f, w, w)
	p := m.horner(w, pow2P)
	m.VPSLLD(operand.Imm(23), n, n)
	m.VPADDD(n, p, p)
	return p
}

// relu: of 0 and NaN, VMAXPS returns its second source, which is x, so that NaN stays.
func (m *machine) relu(x reg.VecVirtual) reg.VecVirtual {
	zero := m.vec()
	m.zero(zero)
	m.VMAXPS(x, zero, x)
	return x
}

// Both branches are computed and one is chosen: lanes have no jumps.
func (m *machine) tanh(x reg.VecVirtual) reg.VecVirtual {
	t, s, sign := m.vec(), m.vec(), m.vec()
	m.VANDPS(m.c(signBit), x, sign)
	m.VANDNPS(x, m.r(signBit), t)
	m.VMULPS(x, x, s)
	p := m.horner(s, tanhP)
	m.VMULPS(s, p, p)
	m.VFMADD213PS(x, x, p)
	v := m.vec()
	m.VADDPS(t, t, v)
	e, large := m.exp(v), m.vec()
	m.VADDPS(m.c(one), e, e)
	m.VDIVPS(e, m.r(two), e)
	m.VSUBPS(e, m.r(one), large)
	m.VORPS(sign, large, large)
	return m.compare(lessThan, t, tanhSwitch, p, large)
}
