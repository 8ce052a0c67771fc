package main

import (
	"math"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// An arithmetic is how the numbers of a product are stored and multiplied.
// Whatever it is, four bytes of a meet a register of b at a step.
// Four bytes are one float32, two bfloat16 or four 8-bit integers of a row, which is
// spread to all lanes.
type arithmetic struct {
	name     string
	pointer  string // type of the addresses of a and b
	integers bool   // the sums are, and are scaled by row and column
	flush    bool   // subnormal sums count as zero
	chained  bool   // sums may begin with others
	most     func(m *machine, vectors int) int
	parts    func(m *machine, v reg.VecVirtual) []reg.VecVirtual // of a register, or nil where it is one
	multiply func(m *machine, x, b, acc reg.VecVirtual)          // adds the products of a part to acc
}

var (
	float = &arithmetic{
		name:    "float",
		pointer: "*float32",
		chained: true,
		most: func(m *machine, vectors int) int {
			switch {
			case vectors < m.most():
				return 12
			case m.zmm:
				return 8
			}
			return 6
		},
		multiply: func(m *machine, x, b, acc reg.VecVirtual) { m.VFMADD231PS(b, x, acc) },
	}

	int8s = &arithmetic{
		name:     "int8",
		pointer:  "*byte",
		integers: true,
		most: func(m *machine, _ int) int {
			if m.zmm {
				return 8
			}
			return 6
		},
		multiply: func(m *machine, x, b, acc reg.VecVirtual) {
			if m.zmm {
				m.raw("VPDPBUSD", b, x, acc)
				return
			}
			// Words, not bytes: VPMADDUBSW would saturate.
			p := m.vec()
			m.VPMADDWD(b, x, p)
			m.VPADDD(p, acc, acc)
		},
	}

	bfloat16 = &arithmetic{
		name:    "bfloat16",
		pointer: "*byte",
		flush:   true,
		most: func(m *machine, _ int) int {
			if m.zmm {
				return 8
			}
			return 4
		},
		// VDPBF16PS adds the product of the high halves, then that of the low ones.
		parts: func(m *machine, v reg.VecVirtual) []reg.VecVirtual {
			if m.zmm {
				return []reg.VecVirtual{v}
			}
			// a register of pairs as two of float32: a bfloat16 is one whose lower half is zero
			high, low := m.vec(), m.vec()
			m.VANDPS(m.c(highHalf), v, high)
			m.VPSLLD(operand.Imm(16), v, low)
			return []reg.VecVirtual{high, low}
		},
		multiply: func(m *machine, x, b, acc reg.VecVirtual) {
			if m.zmm {
				m.raw("VDPBF16PS", b, x, acc)
			} else {
				m.VFMADD231PS(b, x, acc)
			}
		},
	}
)

// highHalf is the number whose bits are the higher sixteen.
var highHalf = math.Float32frombits(0xffff0000)

// emit writes one function a level and number of vectors, with a body for
// every number of rows.
func (f *arithmetic) emit(c *build.Context) {
	for _, zmm := range []bool{true, false} {
		m := newMachine(c, zmm)
		for vectors := m.most(); vectors > 0; vectors-- {
			m.product(f, vectors, f.most(m, vectors))
		}
	}
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
// Row numbers are unsigned with a zero of their own, column numbers signed without: Σ
// (a−zero)·b = Σ a·b − zero·Σ b.
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

// flushed runs body, in which subnormal results and operands count as zero,
// as they do in VDPBF16PS anyway.
// The control word is put back in any case: it is the goroutine's thread's.
func (t *tile) flushed(body func()) {
	const flushToZero, denormalsAreZero = 1 << 15, 1 << 6
	if !t.flush || t.zmm {
		body()
		return
	}
	// the old word in memory at 0, the new one at 4
	now, control := t.GP32(), t.control
	t.STMXCSR(control)
	t.MOVL(control, now)
	t.ORL(operand.U32(flushToZero|denormalsAreZero), now)
	t.MOVL(now, control.Offset(4))
	t.LDMXCSR(control.Offset(4))
	body()
	t.LDMXCSR(control)
}
