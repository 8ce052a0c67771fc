package f32

import "encoding/binary"

// half returns the number in half precision at the beginning of b.
func half(b []byte) float32 { return float16(binary.LittleEndian.Uint16(b)) }

// The blocks of 32 numbers: a scale d, in some a least number m, and a small
// integer q a number, of which the first half lies in the low four bits of its
// bytes and the second in the high ones. A fifth bit lies in a word apart.

// widenQ40: d × (q−8).
func widenQ40(dst []float32, b []byte) {
	d := half(b)
	for i, q := range b[2:18] {
		dst[i], dst[i+16] = d*float32(int(q&15)-8), d*float32(int(q>>4)-8)
	}
}

// widenQ41: d × q + m.
func widenQ41(dst []float32, b []byte) {
	d, m := half(b), half(b[2:])
	for i, q := range b[4:20] {
		dst[i], dst[i+16] = float32(d*float32(q&15))+m, float32(d*float32(q>>4))+m
	}
}

// widenQ50: d × (q−16).
func widenQ50(dst []float32, b []byte) {
	d, fifth := half(b), binary.LittleEndian.Uint32(b[2:])
	for i, q := range b[6:22] {
		lo, hi := int(q&15)|int(fifth>>i&1)<<4, int(q>>4)|int(fifth>>(i+16)&1)<<4
		dst[i], dst[i+16] = d*float32(lo-16), d*float32(hi-16)
	}
}

// widenQ51: d × q + m.
func widenQ51(dst []float32, b []byte) {
	d, m, fifth := half(b), half(b[2:]), binary.LittleEndian.Uint32(b[4:])
	for i, q := range b[8:24] {
		lo, hi := int(q&15)|int(fifth>>i&1)<<4, int(q>>4)|int(fifth>>(i+16)&1)<<4
		dst[i], dst[i+16] = float32(d*float32(lo))+m, float32(d*float32(hi))+m
	}
}

// widenQ80: d × q, with q of eight bits and a sign.
func widenQ80(dst []float32, b []byte) {
	d := half(b)
	for i, q := range b[2:34] {
		dst[i] = d * float32(int8(q))
	}
}

// unevenLevels are the values of four bits that stand closer around zero.
var unevenLevels = [16]float32{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}

// widenIQ4NL: d × the level of q.
func widenIQ4NL(dst []float32, b []byte) {
	widenUneven(dst, b[2:18], half(b))
}

func widenUneven(dst []float32, b []byte, d float32) {
	for i, q := range b {
		dst[i], dst[i+16] = d*unevenLevels[q&15], d*unevenLevels[q>>4]
	}
}
