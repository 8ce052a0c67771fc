package tensor

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestFloat32s(t *testing.T) {
	nan := float32(math.NaN())
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		dtype DType
		data  []byte
		want  []float32
	}{
		{F32, []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0x80}, []float32{1, float32(math.Copysign(0, -1))}},
		{F64, []byte{0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f}, []float32{0.1}},
		{BF16, []byte{0x80, 0x3f, 0x80, 0xff, 0xc0, 0x7f}, []float32{1, -inf, nan}},
		// One, the largest, the smallest normal, the largest and the smallest subnormal, both zeros and infinities, NaN.
		{
			F16,
			[]byte{0, 0x3c, 0xff, 0x7b, 0, 4, 0xff, 3, 1, 0x80, 0, 0, 0, 0x80, 0, 0x7c, 0, 0xfc, 0, 0x7e},
			[]float32{1, 65504, 0x1p-14, 1023 * 0x1p-24, -0x1p-24, 0, float32(math.Copysign(0, -1)), inf, -inf, nan},
		},
	} {
		x := Tensor{Name: "x", DType: c.dtype, Shape: []int{len(c.want)}, Data: c.data}
		if x.Len() != len(c.want) {
			t.Fatalf("%s: %d elements, want %d", c.dtype, x.Len(), len(c.want))
		}
		got, err := x.Float32s(nil)
		if err != nil {
			t.Fatal(err)
		}
		same := func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b }
		if !slices.EqualFunc(got, c.want, same) {
			t.Errorf("%s: %v, want %v", c.dtype, got, c.want)
		}
	}
}

func TestFloat32sOfIntegers(t *testing.T) {
	x := Tensor{Name: "ids", DType: I64, Shape: []int{1}, Data: make([]byte, 8)}
	if _, err := x.Float32s(nil); err == nil || !strings.Contains(err.Error(), `"ids" is of type I64`) {
		t.Errorf("error %v", err)
	}
}
