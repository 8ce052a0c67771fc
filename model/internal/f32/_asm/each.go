package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var (
	signBit          = math.Float32frombits(1 << 31) // the number with no other bit
	negativeInfinity = float32(math.Inf(-1))
	minNormal        = float32(0x1p-126)
	quietNaN         = math.Float32frombits(0x7fc00000)
	roundDown        = math.Float32frombits(0x7fff)
	lastBit          = math.Float32frombits(1)
)

// begin opens a function called name and the level's suffix.
func (m *machine) begin(name, signature, doc string) {
	m.Function(name + m.suffix)
	m.SignatureExpr(signature)
	m.Pragma("noescape")
	m.Doc(name + m.suffix + " " + doc)
	m.Attributes(noSplit)
	m.hoisted = map[uint32]reg.VecVirtual{}
}

// arg returns a new register with the argument called name.
func (m *machine) arg(name string) reg.GPVirtual {
	r := m.GP64()
	m.Load(m.Param(name), r)
	return r
}

// copyOf returns a new register that holds what r does.
func (m *machine) copyOf(r reg.GPVirtual) reg.GPVirtual {
	c := m.GP64()
	m.MOVQ(r, c)
	return c
}

// scalar returns a register with the float argument called name in every lane.
func (m *machine) scalar(name string) reg.VecVirtual {
	v := m.vec()
	m.VBROADCASTSS(m.address(name), v)
	return v
}

// address returns where the argument called name lies.
func (m *machine) address(name string) operand.Mem {
	a, err := m.Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return a.Addr
}

// each runs body for the n elements that the pointers go along, a register at
// a time, and for what is left with a mask.
// The body is written twice, plain and masked. Masked loads read nothing beyond n, so that
// slices need no padding.
func (m *machine) each(label string, n reg.GPVirtual, pointers []reg.GPVirtual, body func(mask reg.Register)) {
	m.SUBQ(operand.Imm(uint64(m.lanes)), n)
	m.JL(operand.LabelRef(label + "tail"))
	m.Label(label)
	body(nil)
	for _, p := range pointers {
		m.ADDQ(operand.Imm(uint64(m.bytes())), p)
	}
	m.SUBQ(operand.Imm(uint64(m.lanes)), n)
	m.JGE(operand.LabelRef(label))
	m.Label(label + "tail")
	m.ADDQ(operand.Imm(uint64(m.lanes)), n)
	m.JZ(operand.LabelRef(label + "end"))
	body(m.mask(n))
	m.Label(label + "end")
}

// fetch returns what p points to.
func (m *machine) fetch(p, mask reg.Register) reg.VecVirtual { return m.fetchAt(p, 0, mask) }

// fetchAt returns what lies at bytes after p.
func (m *machine) fetchAt(p reg.Register, at int, mask reg.Register) reg.VecVirtual {
	v := m.vec()
	m.load(operand.Mem{Base: p, Disp: at}, mask, v)
	return v
}

// hoist readies constants for c and r. AVX-512 has registers to keep them in;
// AVX2 reads them from memory at each use.
func (m *machine) hoist(values ...float32) {
	if !m.zmm {
		return
	}
	for _, v := range values {
		if _, ok := m.hoisted[math.Float32bits(v)]; !ok {
			r := m.vec()
			m.VBROADCASTSS(m.table(v), r)
			m.hoisted[math.Float32bits(v)] = r
		}
	}
}

// c returns v in every lane, as the last operand of an instruction may have it.
func (m *machine) c(v float32) operand.Op {
	if m.zmm {
		return m.r(v)
	}
	return m.table(v)
}

// r returns a register with v in every lane, not to be changed.
func (m *machine) r(v float32) reg.VecVirtual {
	if m.zmm {
		r, ok := m.hoisted[math.Float32bits(v)]
		if !ok {
			panic(fmt.Sprintf("constant %v was not hoisted", v))
		}
		return r
	}
	r := m.vec()
	m.VMOVUPS(m.table(v), r)
	return r
}

// table returns the address of v, eight times.
func (m *machine) table(v float32) operand.Mem {
	bits := math.Float32bits(v)
	return m.data(fmt.Sprintf("x%08x", bits), 8, func(int) uint32 { return bits })
}

// data returns the address of n words, written once a file.
func (m *machine) data(name string, n int, word func(i int) uint32) operand.Mem {
	if tables[m.Context] == nil {
		tables[m.Context] = map[string]operand.Mem{}
	}
	if t, ok := tables[m.Context][name]; ok {
		return t
	}
	t := m.StaticGlobal(name)
	m.DataAttributes(attr.RODATA | attr.NOPTR)
	for i := range n {
		m.AddDatum(4*i, operand.U32(word(i)))
	}
	tables[m.Context][name] = t
	return t
}

// Predicates of compare, none of which signals.
const (
	unordered = 0x03
	lessThan  = 0x11
)

// compare returns yes where the predicate holds of x and c, and no elsewhere.
func (m *machine) compare(predicate uint64, x reg.VecVirtual, c float32, yes, no reg.VecVirtual) reg.VecVirtual {
	var mask reg.Register
	if m.zmm {
		mask = m.K()
	} else {
		mask = m.vec()
	}
	m.VCMPPS(operand.Imm(predicate), m.c(c), x, mask)
	return m.choose(mask, yes, no)
}

// choose returns yes in the lanes of mask and no elsewhere.
func (m *machine) choose(mask reg.Register, yes, no reg.VecVirtual) reg.VecVirtual {
	out := m.vec()
	if m.zmm {
		m.VBLENDMPS(yes, no, mask, out)
	} else {
		m.VBLENDVPS(mask, yes, no, out)
	}
	return out
}

// keep clears the lanes of v that are not in mask, unless that is nil.
func (m *machine) keep(v reg.VecVirtual, mask reg.Register) {
	switch {
	case mask == nil:
	case m.zmm:
		m.VMOVAPS_Z(v, mask, v)
	default:
		m.VANDPS(mask, v, v)
	}
}
