package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// A rate is how fast a processor does what a product is made of: peak runs 12n
// instructions, or pairs of them, of so many operations.
type rate struct {
	peak       func(l Level, n int)
	operations int
}

// measure returns the peak in giga-operations a second, the best of a few
// short runs.
func (r rate) measure(l Level) float64 {
	const n = 20000
	best := time.Duration(math.MaxInt64)
	for range 5 {
		begin := cpuTime()
		r.peak(l, n)
		best = min(best, cpuTime()-begin)
	}
	return 12 * float64(n*r.operations) / float64(max(1, best))
}

// benchRate runs f, which does so many operations, and reports its rate by
// processor time and that as a share of the peak, measured before and after.
func benchRate(b *testing.B, l Level, r rate, operations int, f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var rates []float64
	limit := r.measure(l)
	inner := 1 + 200000/(operations+1)
	for b.Loop() {
		begin := cpuTime()
		for range inner {
			f()
		}
		rates = append(rates, float64(operations*inner)/float64(cpuTime()-begin))
	}
	limit = max(limit, r.measure(l))
	slices.Sort(rates)
	median := rates[len(rates)/2]
	b.ReportMetric(median, "G/s")
	b.ReportMetric(100*median/limit, "%peak")
	b.ReportMetric(100*rates[len(rates)-1]/limit, "%peak-best")
	b.ReportMetric(limit, "peak-G/s")
}

// benchShapes are rows, in and out: linear layers of small and base models,
// one short text, and attention.
var benchShapes = [][3]int{
	{512, 384, 384}, {512, 384, 1152}, {512, 384, 1536}, {512, 1536, 384},
	{512, 768, 768}, {512, 768, 3072}, {512, 3072, 768}, {22, 384, 384},
	{22, 32, 22}, {64, 32, 64}, {128, 64, 128}, {128, 128, 64},
}

func BenchmarkGemm(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range fast(b) {
		for _, s := range benchShapes {
			rows, in, out := s[0], s[1], s[2]
			a, dst := numbers(r, rows*in), make([]float32, rows*out)
			w := packAll(l, &Weights{In: in, Out: out, Floats: numbers(r, in*out)})
			b.Run(fmt.Sprintf("%v/%dx%dx%d", l, rows, in, out), func(b *testing.B) {
				benchRate(b, l, rate{peakFloat, 2 * l.vectorWidth()}, 2*rows*in*out, func() {
					Gemm(dst, out, a, in, rows, w, 0, w.Panels(), nil)
				})
			})
		}
	}
}

// BenchmarkGemmGELU shows what the epilogue of a feed-forward layer costs.
func BenchmarkGemmGELU(b *testing.B) {
	const rows, in, out = 512, 384, 1536
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range fast(b) {
		a, dst := numbers(r, rows*in), make([]float32, rows*out)
		w := packAll(l, &Weights{In: in, Out: out, Floats: numbers(r, in*out)})
		for name, e := range map[string]*Epilogue{"none": nil, "gelu": {Bias: numbers(r, out), Activation: GELU}} {
			b.Run(fmt.Sprintf("%v/%s", l, name), func(b *testing.B) {
				benchRate(b, l, rate{peakFloat, 2 * l.vectorWidth()}, 2*rows*in*out, func() {
					Gemm(dst, out, a, in, rows, w, 0, w.Panels(), e)
				})
			})
		}
	}
}

func BenchmarkGemmInt8(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range int8Levels(b) {
		for _, s := range benchShapes[:8] {
			rows, in, out := s[0], s[1], s[2]
			a, dst := numbers(r, rows*in), make([]float32, rows*out)
			w := newInt8Matrix(l, in, out)
			w.Fill(0, &Weights{In: in, Out: out, Floats: numbers(r, in*out)}, 0, out)
			q := new(Int8Rows)
			q.reset(l, rows, in)
			q.Set(0, a, in, rows)
			peak := rate{peakInt8, 2 * l.deep() * l.vectorWidth()}
			name := fmt.Sprintf("%v/%dx%dx%d", l, rows, in, out)
			b.Run(name, func(b *testing.B) {
				benchRate(b, l, peak, 2*rows*in*out, func() {
					GemmInt8(dst, out, q, 0, rows, w, 0, w.Panels(), nil)
				})
			})
			b.Run(name+"/quantized", func(b *testing.B) {
				benchRate(b, l, peak, 2*rows*in*out, func() {
					q.Set(0, a, in, rows)
					GemmInt8(dst, out, q, 0, rows, w, 0, w.Panels(), nil)
				})
			})
		}
	}
}

func BenchmarkGemmBFloat16(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range bfloat16Levels(b) {
		each := map[Level]int{AVX512: 4, AVX2: 2}[l]
		for _, s := range benchShapes[:8] {
			rows, in, out := s[0], s[1], s[2]
			a, dst := numbers(r, rows*in), make([]float32, rows*out)
			w := newBFloat16Matrix(l, in, out)
			w.Fill(0, &Weights{In: in, Out: out, Floats: numbers(r, in*out)}, 0, out)
			q := new(BFloat16Rows)
			q.reset(l, rows, in)
			b.Run(fmt.Sprintf("%v/%dx%dx%d", l, rows, in, out), func(b *testing.B) {
				benchRate(b, l, rate{peakBFloat16, each * l.vectorWidth()}, 2*rows*in*out, func() {
					q.Set(0, a, in, rows)
					GemmBFloat16(dst, out, q, 0, rows, w, 0, w.Panels(), nil)
				})
			})
		}
	}
}

// BenchmarkPack reports the time of a number of a weight.
func BenchmarkPack(b *testing.B) {
	const in, out = 384, 1536
	half := make([]byte, 2*in*out)
	floats := make([]float32, in*out)
	for _, c := range []struct {
		name string
		w    Weights
	}{
		{"float32", Weights{Floats: floats}},
		{"float16", Weights{Bytes: half, Format: Float16}},
		{"transposed", Weights{Floats: floats, Transposed: true}},
	} {
		c.w.In, c.w.Out = in, out
		m, m8, m16 := NewMatrix(in, out), NewInt8Matrix(in, out), NewBFloat16Matrix(in, out)
		for name, f := range map[string]func(){
			"float":    func() { m.Fill(0, &c.w, 0, out) },
			"int8":     func() { m8.Fill(0, &c.w, 0, out) },
			"bfloat16": func() { m16.Fill(0, &c.w, 0, out) },
		} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(float64(b.Elapsed())/float64(b.N)/in/out, "ns/number")
			})
		}
	}
}

// BenchmarkElements reports nanoseconds an element of rows as long as a small
// model's.
func BenchmarkElements(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range fast(b) {
		for _, n := range []int{32, 128, 384, 1536} {
			x, y, z, dst := numbers(r, n), numbers(r, n), numbers(r, n), make([]float32, n)
			for _, f := range []struct {
				name string
				run  func()
			}{
				{"gelu", func() { apply(l, funcGELU, dst, x, nil) }},
				{"geluTanh", func() { apply(l, funcGELUTanh, dst, x, nil) }},
				{"silu", func() { apply(l, funcSiLU, dst, x, nil) }},
				{"tanh", func() { apply(l, funcTanh, dst, x, nil) }},
				{"softmax", func() { softmax(l, dst, n, 1, n) }},
				{"layerNorm", func() { layerNorm(l, dst, x, y, z, 1e-5) }},
				{"rotate", func() { rotate(l, x, y[:n/2], z[:n/2]) }},
			} {
				b.Run(fmt.Sprintf("%v/%s/%d", l, f.name, n), func(b *testing.B) {
					runtime.LockOSThread()
					defer runtime.UnlockOSThread()
					begin, runs := cpuTime(), 0
					for b.Loop() {
						f.run()
						runs++
					}
					b.ReportMetric(float64(cpuTime()-begin)/float64(runs*n), "ns/element")
				})
			}
		}
	}
}
