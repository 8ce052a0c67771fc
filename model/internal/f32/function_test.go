package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var functions = []struct {
	name  string
	apply func(l Level, dst, x, up []float32)
	exact func(float64) float64
	ulp   float64 // largest error, in units of the last place of the result
	near  float64 // below this size of the result the error is that of near
}{
	{"identity", of(funcIdentity), func(x float64) float64 { return x }, 0, 0x1p-126},
	{"exp", func(l Level, dst, x, _ []float32) { expSum(l, dst, x, 0) }, math.Exp, 1, 0x1p-126},
	{"tanh", of(funcTanh), math.Tanh, 1.5, 0x1p-126},
	{"gelu", of(funcGELU), func(x float64) float64 { return x / 2 * math.Erfc(-x/math.Sqrt2) }, 2.5, 0.5},
	{"geluTanh", of(funcGELUTanh), geluTanhExact, 2, 0.5},
	{"relu", of(funcReLU), func(x float64) float64 { return max(x, 0) }, 0, 0x1p-126},
	{"silu", of(funcSiLU), func(x float64) float64 { return x / (1 + math.Exp(-x)) }, 2, 0.5},
}

func of(f function) func(l Level, dst, x, up []float32) {
	return func(l Level, dst, x, up []float32) { apply(l, f, dst, x, up) }
}

func geluTanhExact(x float64) float64 {
	return x / (1 + math.Exp(-2*math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}

// TestFunctionError sweeps every thousandth float32 and compares with float64.
func TestFunctionError(t *testing.T) {
	for _, f := range functions {
		t.Run(f.name, func(t *testing.T) {
			var worst, at float64
			x := make([]float32, 0, 1<<22)
			for b := uint32(0); b < 0x7f800000; b += 997 {
				v := math.Float32frombits(b)
				x = append(x, v, -v)
			}
			y := make([]float32, len(x))
			f.apply(active, y, x, nil)
			for i, v := range x {
				want := f.exact(float64(v))
				if math.Abs(want) > math.MaxFloat32 {
					continue
				}
				e := math.Abs(float64(y[i])-want) / unit(want, f.near)
				if e > worst || e != e {
					worst, at = e, float64(v)
				}
			}
			t.Logf("%s: at most %.3f ulp, at %g", f.name, worst, at)
			if !(worst <= f.ulp) {
				t.Errorf("%s: off by %.3f ulp at %g, more than %g", f.name, worst, at, f.ulp)
			}
		})
	}
}

// unit returns the unit of the last place of a float32 near x.
func unit(x, near float64) float64 {
	_, e := math.Frexp(max(math.Abs(x), near))
	return math.Ldexp(1, max(e-24, -149))
}

// TestFunctionLevels compares every level with generic for lengths, offsets
// and the numbers that are easily got wrong.
func TestFunctionLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	special := []float32{0, float32(math.Copysign(0, -1)), inf, -inf, nan, 0x1p-149, -0x1p-149, 0x1p-126,
		math.MaxFloat32, -math.MaxFloat32, 88.72, 88.73, 89, 90, -87.33, -87.34, -103.9, -104, -105, 5.5, -5.5, 1e20, -1e20, 0.55, 1, -1}
	for _, l := range fast(t) {
		for _, f := range functions {
			for n := 0; n <= 100; n++ {
				x := numbers(r, n+1)[1:]
				for i := range x {
					switch r.IntN(3) {
					case 0:
						x[i] = special[r.IntN(len(special))]
					case 1:
						x[i] = math.Float32frombits(r.Uint32())
					}
				}
				up := numbers(r, n+3)[3:]
				if n%2 == 0 {
					up = nil
				}
				want := make([]float32, n)
				f.apply(Generic, want, x, up)
				whole, dst := guarded(r, n)
				f.apply(l, dst, x, up)
				if i := differ(dst, want); i >= 0 {
					t.Fatalf("%v: %s of %g is %g, not %g", l, f.name, x[i], dst[i], want[i])
				}
				checkGuards(t, whole, dst, fmt.Sprintf("%v: %s, length %d", l, f.name, n))
			}
		}
	}
}

// checkGuards fails if anything was written around dst.
func checkGuards(t *testing.T, whole, dst []float32, what string) {
	t.Helper()
	for i := range dst {
		dst[i] = guard
	}
	for i, v := range whole {
		if v != guard {
			t.Fatalf("%s: wrote to %d beside its slice", what, i)
		}
	}
}
