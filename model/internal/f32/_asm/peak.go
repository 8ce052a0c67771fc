package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// emitPeak writes loops of independent multiply-adds in registers: what a
// kernel's speed is to be compared with.
func emitPeak(c *build.Context) {
	const chains = 12
	for _, zmm := range []bool{false, true} {
		m := newMachine(c, zmm)
		name := "peak" + m.suffix
		m.Function(name)
		m.SignatureExpr("func(n int)")
		m.Pragma("noescape")
		m.Doc(fmt.Sprintf("%s does n times %d multiply-adds of %d lanes.", name, chains, m.lanes))
		m.Attributes(noSplit)
		n := m.Load(m.Param("n"), m.GP64())
		var acc [chains]reg.VecVirtual
		for i := range acc {
			acc[i] = m.vec()
			m.zero(acc[i])
		}
		x := m.vec()
		m.zero(x)
		m.Label("loop")
		for _, v := range acc {
			m.VFMADD231PS(x, x, v)
		}
		m.DECQ(n)
		m.JNZ(operand.LabelRef("loop"))
		m.leave()
	}
}
