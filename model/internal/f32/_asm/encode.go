package main

import (
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// encode replaces the instructions that Go's assembler lacks by their bytes,
// once registers are allocated.
// It comes after allocation, since the bytes have the registers' numbers in them.
func encode(f *ir.File) {
	for _, fn := range f.Functions() {
		var nodes []ir.Node
		for _, n := range fn.Nodes {
			if i, ok := n.(*ir.Instruction); ok && i.Opcode == "VDPBF16PS" {
				nodes = append(nodes, dotBFloat16(i)...)
			} else {
				nodes = append(nodes, n)
			}
		}
		fn.Nodes = nodes
	}
}

// dotBFloat16 encodes VDPBF16PS of three registers of 512 bits:
// EVEX.512.F3.0F38.W0 52 /r (Intel's manual, volume 2, section 2.7).
func dotBFloat16(i *ir.Instruction) []ir.Node {
	number := func(k int) uint32 { return uint32(i.Operands[k].(reg.Physical).PhysicalIndex()) }
	b, x, acc := number(0), number(1), number(2)
	high := func(n, bit uint32) uint32 { return ^n >> bit & 1 } // stored inverted
	p0 := high(acc, 3)<<7 | high(b, 4)<<6 | high(b, 3)<<5 | high(acc, 4)<<4 | 2
	p1 := ^x&15<<3 | 1<<2 | 2
	p2 := uint32(2<<5) | high(x, 4)<<3
	modrm := 3<<6 | acc&7<<3 | b&7
	return []ir.Node{
		&ir.Comment{Lines: []string{"VDPBF16PS " + i.Operands[0].Asm() + ", " + i.Operands[1].Asm() + ", " + i.Operands[2].Asm()}},
		&ir.Instruction{Opcode: "LONG", Operands: []operand.Op{operand.U32(0x62 | p0<<8 | p1<<16 | p2<<24)}},
		&ir.Instruction{Opcode: "WORD", Operands: []operand.Op{operand.U16(0x52 | modrm<<8)}},
	}
}
