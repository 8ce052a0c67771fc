package f32

import (
	"encoding/binary"
	"math"
)

// Finite tells whether all numbers that data holds in format f are finite float32s. It
// looks at eight bytes at a time: a number that is not has all bits of its
// exponent set, so adding one to the exponent carries into the sign.
// Weights of gigabytes go through it, at about the speed of memory.
func Finite(data []byte, f Format) bool {
	if b := &blocks[f]; b.widen != nil {
		return finiteBlocks(data, b)
	}
	var exponents, ones, signs uint64
	switch f {
	case Float16:
		exponents, ones, signs = 0x7c007c007c007c00, 0x0400040004000400, 0x8000800080008000
	case Float64:
		return finiteDoubles(data)
	case BFloat16:
		exponents, ones, signs = 0x7f807f807f807f80, 0x0080008000800080, 0x8000800080008000
	default:
		exponents, ones, signs = 0x7f8000007f800000, 0x0080000000800000, 0x8000000080000000
	}
	var carried uint64
	for ; len(data) >= 8; data = data[8:] {
		carried |= binary.LittleEndian.Uint64(data)&exponents + ones
	}
	var rest [8]byte
	copy(rest[:], data)
	carried |= binary.LittleEndian.Uint64(rest[:])&exponents + ones
	return carried&signs == 0
}

// finiteDoubles looks at what is left of each number in float32, which is infinite
// where the number is too large for it.
func finiteDoubles(data []byte) bool {
	for ; len(data) >= 8; data = data[8:] {
		if x := float32(math.Float64frombits(binary.LittleEndian.Uint64(data))); x-x != 0 {
			return false
		}
	}
	return true
}
