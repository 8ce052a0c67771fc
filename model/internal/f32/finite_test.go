package f32

import (
	"encoding/binary"
	"math"
	"testing"
)

// TestFinite puts every 16-bit pattern, and 32-bit ones with it as the upper
// half, at every place of a register.
func TestFinite(t *testing.T) {
	for h := range 1 << 16 {
		bits := uint16(h)
		for place := range 5 {
			short := make([]byte, 10)
			binary.LittleEndian.PutUint16(short[2*place:], bits)
			if got, want := Finite(short, Float16), bits&0x7c00 != 0x7c00; got != want {
				t.Fatalf("float16 %#x at %d: %v, want %v", bits, place, got, want)
			}
			v := math.Float32frombits(uint32(bits) << 16)
			want := !math.IsInf(float64(v), 0) && v == v
			if got := Finite(short, BFloat16); got != want {
				t.Fatalf("bfloat16 %#x at %d: %v, want %v", bits, place, got, want)
			}
			long := make([]byte, 20)
			binary.LittleEndian.PutUint32(long[4*place:], uint32(bits)<<16|0x7f)
			if got := Finite(long, Float32); got != want {
				t.Fatalf("float32 %#x007f at %d: %v, want %v", bits, place, got, want)
			}
		}
	}
}

// TestFiniteDoubles: of double precision it is float32 that counts, to which the
// largest numbers round as infinite ones.
func TestFiniteDoubles(t *testing.T) {
	const overflow = 0x1.ffffffp127 // halfway to what would come after the largest
	for v, want := range map[float64]bool{
		0: true, 0x1p-1074: true, math.MaxFloat32: true, math.Nextafter(overflow, 0): true, -math.MaxFloat32: true,
		overflow: false, -overflow: false, 1e300: false, math.Inf(1): false, math.Inf(-1): false, math.NaN(): false,
	} {
		for place := range 3 {
			data := make([]byte, 24)
			binary.LittleEndian.PutUint64(data[8*place:], math.Float64bits(v))
			if got := Finite(data, Float64); got != want {
				t.Errorf("%g at %d: %v, want %v", v, place, got, want)
			}
			to := make([]float32, 3)
			if Convert(to, data, Float64); math.Float32bits(to[place]) != math.Float32bits(float32(v)) {
				t.Errorf("%g at %d became %v", v, place, to)
			}
		}
	}
}
