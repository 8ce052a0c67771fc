package f32

import (
	"encoding/binary"
	"math"
)

// FromFloat16 writes the len(dst) IEEE 754 half precision numbers that src
// holds, little endian, to dst. Every one of them is a float32.
func FromFloat16(dst []float32, src []byte) { fromFloat16(active, dst, src[:2*len(dst)]) }

// FromBFloat16 writes the len(dst) bfloat16 numbers that src holds, little
// endian, to dst. Every one of them is a float32.
func FromBFloat16(dst []float32, src []byte) { fromBFloat16(active, dst, src[:2*len(dst)]) }

func fromFloat16Generic(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = float16(binary.LittleEndian.Uint16(src[2*i:]))
	}
}

// fromBFloat16Generic puts the bits into the upper half of a float32's.
func fromBFloat16Generic(dst []float32, src []byte) {
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
	}
}

// float16 returns the number whose half precision bits are h. A signaling NaN
// comes out quiet, as the processor's instruction makes it.
// The exponent's bias is 15 where float32's is 127.
func float16(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0: // zero or subnormal: frac units of 2⁻²⁴, exact
		return math.Float32frombits(math.Float32bits(float32(frac)*0x1p-24) | sign)
	case 0x1f:
		if frac != 0 {
			frac |= 0x200
		}
		return math.Float32frombits(sign | 0xff<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}
