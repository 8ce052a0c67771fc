package main

import (
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// arithmetics are those of the products.
var arithmetics = []*arithmetic{
	{
		name:    "float",
		pointer: "*float32",
		most: func(m *machine, vectors int) int {
			switch {
			case vectors < m.most():
				return 12
			case m.zmm:
				return 8
			}
			return 6
		},
		multiply: func(t *tile, x, b, acc reg.VecVirtual) { t.VFMADD231PS(b, x, acc) },
	},
	{
		name:     "int8",
		pointer:  "*byte",
		integers: true,
		most: func(m *machine, _ int) int {
			if m.zmm {
				return 8
			}
			return 6
		},
		multiply: func(t *tile, x, b, acc reg.VecVirtual) {
			if t.zmm {
				t.raw("VPDPBUSD", b, x, acc)
				return
			}
			// Words, not bytes: VPMADDUBSW would saturate.
			p := t.vec()
			t.VPMADDWD(b, x, p)
			t.VPADDD(p, acc, acc)
		},
	},
}

// raw writes an instruction that avo has no name for. It changes the last of
// its operands, which are registers.
func (m *machine) raw(opcode string, b, x, acc reg.VecVirtual) {
	m.Instruction(&ir.Instruction{
		Opcode:   opcode,
		Operands: []operand.Op{b, x, acc},
		Inputs:   []operand.Op{b, x, acc},
		Outputs:  []operand.Op{acc},
	})
}

// dequantize turns integer sums into numbers: less the zero of the row times
// the sum of the column, times the scales of both.
func (t *tile) dequantize(acc [][]reg.VecVirtual) {
	rowScale, rowZero := t.arg("rowScale"), t.arg("rowZero")
	columnScale, columnSum := t.arg("columnScale"), t.arg("columnSum")
	for i := range acc {
		zero, scale := t.vec(), t.vec()
		t.VPBROADCASTD(operand.Mem{Base: rowZero, Disp: 4 * i}, zero)
		t.VBROADCASTSS(operand.Mem{Base: rowScale, Disp: 4 * i}, scale)
		for j, a := range acc[i] {
			offset := t.vec()
			t.VPMULLD(operand.Mem{Base: columnSum, Disp: j * t.bytes()}, zero, offset)
			t.VPSUBD(offset, a, a)
			t.VCVTDQ2PS(a, a)
			t.VMULPS(scale, a, a)
			t.VMULPS(operand.Mem{Base: columnScale, Disp: j * t.bytes()}, a, a)
		}
	}
}
