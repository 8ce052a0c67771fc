package f32

import "encoding/binary"

// The blocks of 256 numbers: a scale d, in some another for least numbers, and
// groups of 16 or 32 numbers that have small integers as their own scales s and
// least numbers m of these. Products that are added to are rounded first, on every
// processor.

// widenQ2K: d × s × q − e × m, with s and m of four bits for 16 numbers and q
// of two. A byte of q has a number of each of four groups of 32.
func widenQ2K(dst []float32, b []byte) {
	scales, bits, d, e := b[:16], b[16:80], half(b[80:]), half(b[82:])
	for i := range 16 {
		s, m := d*float32(scales[i]&15), float32(e*float32(scales[i]>>4))
		shift, from := i%8/2*2, bits[i/8*32+i%2*16:][:16]
		for j, q := range from {
			dst[16*i+j] = float32(s*float32(q>>shift&3)) - m
		}
	}
}

// widenQ3K: d × (s−32) × (q−4), with s of six bits for 16 numbers, and q of
// three, whose third lies apart.
func widenQ3K(dst []float32, b []byte) {
	third, bits, scales, d := b[:32], b[32:96], b[96:108], half(b[108:])
	for i := range 16 {
		low, high := scales[i%8]>>(i/8*4)&15, scales[8+i%4]>>(i/4*2)&3
		s := d * float32(int(low|high<<4)-32)
		shift, from, above := i%8/2*2, bits[i/8*32+i%2*16:][:16], third[i%2*16:][:16]
		for j, q := range from {
			dst[16*i+j] = s * float32(int(q>>shift&3|above[j]>>(i/2)&1<<2)-4)
		}
	}
}

// scaleAndLeast returns s and m of group i of eight, six bits each in 12 bytes:
// the last four of either lie in what the first four leave free and four bytes.
func scaleAndLeast(b []byte, i int) (s, m float32) {
	if i < 4 {
		return float32(b[i] & 63), float32(b[i+4] & 63)
	}
	return float32(b[i+4]&15 | b[i-4]>>6<<4), float32(b[i+4]>>4 | b[i]>>6<<4)
}

// widenQ4K: d × s × q − e × m, with s and m for 32 numbers and q of four bits.
func widenQ4K(dst []float32, b []byte) {
	d, e, scales, bits := half(b), half(b[2:]), b[4:16], b[16:144]
	for i := 0; i < 8; i += 2 {
		s, m := scaleAndLeast(scales, i)
		t, n := scaleAndLeast(scales, i+1)
		s, m, t, n = d*s, float32(e*m), d*t, float32(e*n)
		lo, hi := dst[32*i:][:32], dst[32*i+32:][:32]
		for j, q := range bits[16*i:][:32] {
			lo[j], hi[j] = float32(s*float32(q&15))-m, float32(t*float32(q>>4))-n
		}
	}
}

// widenQ5K: the same with q of five bits, whose fifth lies apart.
func widenQ5K(dst []float32, b []byte) {
	d, e, scales, fifth, bits := half(b), half(b[2:]), b[4:16], b[16:48], b[48:176]
	for i := range 8 {
		s, m := scaleAndLeast(scales, i)
		s, m = d*s, float32(e*m)
		for j, q := range bits[i/2*32:][:32] {
			dst[32*i+j] = float32(s*float32(q>>(i%2*4)&15|fifth[j]>>i&1<<4)) - m
		}
	}
}

// widenQ6K: d × s × (q−32), with s of eight bits and a sign for 16 numbers, and
// q of six, whose upper two lie apart.
func widenQ6K(dst []float32, b []byte) {
	low, high, scales, d := b[:128], b[128:192], b[192:208], half(b[208:])
	for i := range 16 {
		s := d * float32(int8(scales[i]))
		quarter, side := i%8/2, i%2*16
		lo, hi := low[i/8*64+quarter%2*32+side:][:16], high[i/8*32+side:][:16]
		for j, q := range lo {
			dst[16*i+j] = s * float32(int(q>>(quarter/2*4)&15|hi[j]>>(quarter*2)&3<<4)-32)
		}
	}
}

// widenIQ4XS: d × (s−32) × the level of q, with s of six bits for 32 numbers,
// whose upper two lie apart.
func widenIQ4XS(dst []float32, b []byte) {
	d, high, low, bits := half(b), binary.LittleEndian.Uint16(b[2:]), b[4:8], b[8:136]
	for i := range 8 {
		s := int(low[i/2]>>(i%2*4)&15) | int(high>>(2*i)&3)<<4
		widenUneven(dst[32*i:][:32], bits[16*i:][:16], d*float32(s-32))
	}
}
