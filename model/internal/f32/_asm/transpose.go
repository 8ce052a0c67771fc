package main

import (
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitTranspose writes the function that turns eight rows into columns. It is
// used at every level of amd64.
func emitTranspose(c *build.Context) {
	m := newMachine(c, false)
	m.begin("transpose", "func(dst *float32, ldd int, src *float32, lds, n int)",
		"writes eight rows of n, a multiple of eight, as columns. Strides are in bytes.")
	dst, ldd, src, lds, n := m.arg("dst"), m.arg("ldd"), m.arg("src"), m.arg("lds"), m.arg("n")
	m.Label("loop")
	var rows [8]reg.VecVirtual
	p := m.copyOf(src)
	for i := range rows {
		rows[i] = m.fetch(p, nil)
		m.ADDQ(lds, p)
	}
	for _, column := range m.transposed(rows) {
		m.save(column, nil, operand.Mem{Base: dst})
		m.ADDQ(ldd, dst)
	}
	m.ADDQ(operand.Imm(uint64(m.bytes())), src)
	m.SUBQ(operand.Imm(8), n)
	m.JNZ(operand.LabelRef("loop"))
	m.leave()
}

// transposed returns the columns of eight rows: pairs, fours and halves.
// Three rounds of shuffles (Intel's optimization manual, 8×8 transpose of floats).
func (m *machine) transposed(r [8]reg.VecVirtual) (columns [8]reg.VecVirtual) {
	var pair, four [8]reg.VecVirtual
	for i := 0; i < 8; i += 2 {
		pair[i], pair[i+1] = m.vec(), m.vec()
		// numbers of two rows side by side
		m.VUNPCKLPS(r[i+1], r[i], pair[i])
		m.VUNPCKHPS(r[i+1], r[i], pair[i+1])
	}
	for i := 0; i < 8; i += 4 {
		for j := range 2 {
			// of four rows
			a, b := pair[i+j], pair[i+j+2]
			low, high := m.vec(), m.vec()
			m.VUNPCKLPD(b, a, low)
			m.VUNPCKHPD(b, a, high)
			four[i+2*j], four[i+2*j+1] = low, high
		}
	}
	for i := range 4 {
		// of eight: the halves of a register are a column's upper and lower four
		columns[i], columns[i+4] = m.vec(), m.vec()
		m.VPERM2F128(operand.Imm(0x20), four[i+4], four[i], columns[i])
		m.VPERM2F128(operand.Imm(0x31), four[i+4], four[i], columns[i+4])
	}
	return columns
}
