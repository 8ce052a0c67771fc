package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitPeak writes loops of independent multiply-adds in registers: what the
// speed of a product is to be compared with.
func emitPeak(c *build.Context) {
	for _, f := range []*arithmetic{float, int8s, bfloat16} {
		for _, zmm := range []bool{false, true} {
			newMachine(c, zmm).emitPeak(f)
		}
	}
}

func (m *machine) emitPeak(f *arithmetic) {
	// more than latency times throughput of any processor in mind
	const chains = 12
	m.begin(f.name+"Peak", "func(n int)", fmt.Sprintf("does n times %d steps of a register.", chains))
	n := m.arg("n")
	var acc [chains]reg.VecVirtual
	for i := range acc {
		acc[i] = m.vec()
		m.zero(acc[i])
	}
	x := m.vec()
	m.zero(x)
	m.Label("loop")
	for _, v := range acc {
		f.multiply(m, x, x, v)
	}
	m.DECQ(n)
	m.JNZ(operand.LabelRef("loop"))
	m.leave()
}
