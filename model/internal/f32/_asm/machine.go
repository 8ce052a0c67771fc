package main

import (
	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// noSplit marks leaf functions that need no stack.
const noSplit = attr.NOSPLIT

// A machine writes instructions for one vector width, so that one description
// of a kernel serves AVX2 and AVX-512 and both do the same operations.
type machine struct {
	*build.Context
	zmm    bool
	lanes  int    // float32 a register
	suffix string // of function names

	hoisted map[uint32]reg.VecVirtual // constants in registers, by their bits
}

// newMachine returns one of 16 lanes in ZMM registers or of 8 in YMM registers.
func newMachine(c *build.Context, zmm bool) *machine {
	if zmm {
		return &machine{Context: c, zmm: true, lanes: 16, suffix: "AVX512"}
	}
	return &machine{Context: c, lanes: 8, suffix: "AVX2"}
}

// bytes returns the size of a register.
func (m *machine) bytes() int { return 4 * m.lanes }

// vec returns a new register.
func (m *machine) vec() reg.VecVirtual {
	if m.zmm {
		return m.ZMM()
	}
	return m.YMM()
}

// zero clears v.
func (m *machine) zero(v reg.VecVirtual) {
	if m.zmm {
		m.VPXORD(v, v, v)
	} else {
		m.VXORPS(v, v, v)
	}
}

// mask returns the mask of the first n lanes, n a register that is lost.
// With AVX2 a mask is a register of words, read from a table at an offset of −4n bytes.
func (m *machine) mask(n reg.Register) reg.Register {
	if m.zmm {
		// BZHI clears the bits from n on
		ones, k := m.GP32(), m.K()
		m.MOVL(operand.I32(-1), ones)
		m.BZHIL(n.(reg.GPVirtual).As32(), ones, ones)
		m.KMOVW(ones, k)
		return k
	}
	table, v := m.GP64(), m.YMM()
	m.LEAQ(m.maskTable(), table)
	m.SHLQ(operand.Imm(2), n)
	m.SUBQ(n, table)
	m.VMOVUPS(operand.Mem{Base: table, Disp: 32}, v)
	return v
}

// maskTable returns eight words of ones before eight of zeros.
func (m *machine) maskTable() operand.Mem {
	return m.data("mask", 16, func(i int) uint32 {
		if i < 8 {
			return 0xffffffff
		}
		return 0
	})
}

// tables are the data sections written so far, a file each.
var tables = map[*build.Context]map[string]operand.Mem{}

// load reads v, the lanes of mask only unless that is nil.
func (m *machine) load(from operand.Mem, mask reg.Register, v reg.VecVirtual) {
	switch {
	case mask == nil:
		m.VMOVUPS(from, v)
	case m.zmm:
		m.VMOVUPS_Z(from, mask, v)
	default:
		m.VMASKMOVPS(from, mask, v)
	}
}

// save writes v, the lanes of mask only unless that is nil.
func (m *machine) save(v reg.VecVirtual, mask reg.Register, to operand.Mem) {
	switch {
	case mask == nil:
		m.VMOVUPS(v, to)
	case m.zmm:
		m.VMOVUPS(v, mask, to)
	default:
		m.VMASKMOVPS(v, mask, to)
	}
}

// leave returns to the caller.
// VZEROUPPER: Go's own code uses SSE, which is slow while upper halves are in use.
func (m *machine) leave() {
	m.VZEROUPPER()
	m.RET()
}
