package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// kernels are what levels must agree on: dst holds what is written, and what
// is returned stands in its first element where there is such a thing.
var kernels = map[string]func(l Level, dst, x, y, z []float32){
	"sum":        func(l Level, dst, x, _, _ []float32) { put(dst, sum(l, x)) },
	"sumSquares": func(l Level, dst, x, _, _ []float32) { put(dst, sumSquares(l, x, 0.5)) },
	"largest":    func(l Level, dst, x, _, _ []float32) { put(dst, largest(l, x)) },
	"expSum": func(l Level, dst, x, _, _ []float32) {
		s := expSum(l, dst, x, 0.75)
		put(dst, s)
	},
	"add":       func(l Level, dst, x, y, _ []float32) { add(l, dst, x, y) },
	"scale":     func(l Level, dst, x, _, _ []float32) { scale(l, dst, x, -1.7) },
	"layerNorm": func(l Level, dst, x, y, z []float32) { layerNorm(l, dst, x, y, z, 1e-5) },
	"plainNorm": func(l Level, dst, x, y, _ []float32) { layerNorm(l, dst, x, y, nil, 1e-5) },
	"rmsNorm":   func(l Level, dst, x, y, _ []float32) { rmsNorm(l, dst, x, y, 1e-5) },
	"softmax": func(l Level, dst, x, _, _ []float32) {
		copy(dst, x)
		if n := len(x); n > 0 {
			softmax(l, dst, n, 1, n)
		}
	},
	"softmaxRows": func(l Level, dst, x, _, _ []float32) {
		copy(dst, x)
		if n := len(x) / 4; n > 1 {
			softmax(l, dst, n-1, 4, n)
		}
	},
	"rotate": func(l Level, dst, x, y, z []float32) {
		h := len(x) / 2
		copy(dst, x)
		rotate(l, dst[:2*h], y[:h], z[:h])
	},
	"rotateInterleaved": func(l Level, dst, x, y, z []float32) {
		h := len(x) / 2
		copy(dst, x)
		rotateInterleaved(l, dst[:2*h], y[:h], z[:h])
	},
}

func put(dst []float32, v float32) {
	if len(dst) > 0 {
		dst[0] = v
	}
}

// TestKernelLevels compares every level with generic for lengths and offsets.
func TestKernelLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, l := range fast(t) {
		for name, f := range kernels {
			for n := 0; n <= 140; n++ {
				x, y, z := numbers(r, n+1)[1:], numbers(r, n+2)[2:], numbers(r, n+3)[3:]
				_, want := guarded(r, n)
				f(Generic, want, x, y, z)
				whole, dst := guarded(r, n)
				f(l, dst, x, y, z)
				if i := differ(dst, want); i >= 0 {
					t.Fatalf("%v: %s of %d: element %d is %g, not %g", l, name, n, i, dst[i], want[i])
				}
				checkGuards(t, whole, dst, fmt.Sprintf("%v: %s of %d", l, name, n))
			}
		}
	}
}

// TestKernelExact compares with float64.
func TestKernelExact(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	const n = 777
	x, y := numbers(r, n), numbers(r, n)
	var sum, squares, exps float64
	for i := range x {
		sum += float64(x[i])
		exps += math.Exp(float64(x[i]))
	}
	mean := sum / n
	for i := range x {
		squares += (float64(x[i]) - mean) * (float64(x[i]) - mean)
	}
	near := func(what string, got float32, want float64) {
		t.Helper()
		if math.Abs(float64(got)-want) > 1e-5*(1+math.Abs(want)) {
			t.Errorf("%s is %g, want %g", what, got, want)
		}
	}
	near("Sum", Sum(x), sum)
	dst := make([]float32, n)
	near("ExpSum", ExpSum(dst, x, 0), exps)
	copy(dst, x)
	SoftmaxRows(dst, n, 1, n)
	near("SoftmaxRows", dst[5], math.Exp(float64(x[5]))/exps)
	LayerNorm(dst, x, y, x, 0.25)
	near("LayerNorm", dst[5], (float64(x[5])-mean)/math.Sqrt(squares/n+0.25)*float64(y[5])+float64(x[5]))
	RMSNorm(dst, x, y, 0.25)
	near("RMSNorm", dst[5], float64(x[5])/math.Sqrt((squares+mean*mean*n)/n+0.25)*float64(y[5]))
	Gate(dst, x, y, SiLU)
	near("Gate", dst[5], float64(x[5])/(1+math.Exp(-float64(x[5])))*float64(y[5]))
	z := []float32{3, 4, 5, 6}
	Rotate(z, []float32{0, 1}, []float32{1, 0})
	if differ(z, []float32{-5, 4, 3, 6}) >= 0 {
		t.Errorf("Rotate made %v", z)
	}
	RotateInterleaved(z, []float32{0, 1}, []float32{1, 0})
	if differ(z, []float32{-4, -5, 3, 6}) >= 0 {
		t.Errorf("RotateInterleaved made %v", z)
	}
}

// TestSoftmaxEdges takes the rows that masks and faults make.
func TestSoftmaxEdges(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, l := range append(fast(t), Generic) {
		for _, c := range []struct{ row, want []float32 }{
			{[]float32{-inf, -inf, -inf}, []float32{0, 0, 0}},
			{[]float32{-inf, 5, -inf}, []float32{0, 1, 0}},
			{[]float32{1e30, 1e30}, []float32{0.5, 0.5}},
			{[]float32{-1e30, 0}, []float32{0, 1}},
			{[]float32{nan, 0, 1}, []float32{nan, nan, nan}},
			{[]float32{-inf, nan}, []float32{nan, nan}},
			{[]float32{nan}, []float32{nan}},
			{[]float32{0, inf}, []float32{nan, nan}},
			{nil, nil},
		} {
			got := append([]float32(nil), c.row...)
			if n := len(got); n > 0 {
				softmax(l, got, n, 1, n)
			}
			if differ(got, c.want) >= 0 {
				t.Errorf("%v: softmax of %v is %v, want %v", l, c.row, got, c.want)
			}
		}
	}
}

// TestConvert takes every 16-bit number.
func TestConvert(t *testing.T) {
	src := make([]byte, 2<<16)
	for i := range 1 << 16 {
		src[2*i], src[2*i+1] = byte(i), byte(i>>8)
	}
	want, got := make([]float32, 1<<16), make([]float32, 1<<16)
	for _, f := range []Format{Float16, BFloat16} {
		convert := map[Format]func(Level, []float32, []byte){Float16: fromFloat16, BFloat16: fromBFloat16}[f]
		convert(Generic, want, src)
		for _, l := range fast(t) {
			convert(l, got, src)
			if i := differ(got, want); i >= 0 {
				t.Errorf("%v: format %d: %#04x is %g, not %g", l, f, i, got[i], want[i])
			}
			for n := range 40 {
				whole, dst := guarded(rand.New(rand.NewPCG(1, 1)), n)
				convert(l, dst, src[2*15000:])
				if differ(dst, want[15000:15000+n]) >= 0 {
					t.Errorf("%v: format %d: %d numbers differ", l, f, n)
				}
				checkGuards(t, whole, dst, "convert")
			}
		}
	}
	for h, v := range map[uint16]float32{0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: 0x1p-24, 0x8000: 0, 0x7c00: float32(math.Inf(1))} {
		if got := float16(h); got != v {
			t.Errorf("half %#04x is %g, want %g", h, got, v)
		}
	}
}
