package f32

import (
	"math"
	"testing"
)

func TestGemmSmall(t *testing.T) {
	a := []float32{1, 2, 3, 4, 5, 6}
	w := []float32{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1}
	m := Pack(w, 4, 3)
	dst := make([]float32, 8)
	Gemm(dst, 4, a, 3, 2, m, 0, m.Panels(), &Epilogue{Scale: 2, Bias: []float32{1, 1, 1, 1}, Activation: ReLU})
	want := []float32{3, 5, 7, 13, 9, 11, 13, 31}
	for i := range want {
		if dst[i] != want[i] {
			t.Fatal(dst, want)
		}
	}
	if v := fma(1+0x1p-12, 1+0x1p-12, 0x1p-60); math.Float32bits(v) != math.Float32bits(1+0x1p-11+0x1p-23) {
		t.Fatal(v)
	}
}
