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

// peakRate returns the FMA peak of level l in GFLOP/s, the best of a few
// short runs.
func peakRate(l Level) float64 {
	const n = 20000
	best := time.Duration(math.MaxInt64)
	for range 5 {
		begin := cpuTime()
		peak(l, n)
		best = min(best, cpuTime()-begin)
	}
	return 2 * 12 * float64(n*l.vectorWidth()) / best.Seconds() / 1e9
}

// benchRate runs f, which does flops floating-point operations, and reports
// its rate by processor time and that as a share of the peak, measured before
// and after.
func benchRate(b *testing.B, l Level, flops int, f func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var rates []float64
	limit := peakRate(l)
	inner := 1 + 200000/(flops+1)
	for b.Loop() {
		begin := cpuTime()
		for range inner {
			f()
		}
		rates = append(rates, float64(flops*inner)/(cpuTime()-begin).Seconds()/1e9)
	}
	limit = max(limit, peakRate(l))
	slices.Sort(rates)
	median := rates[len(rates)/2]
	b.ReportMetric(median, "GFLOP/s")
	b.ReportMetric(100*median/limit, "%peak")
	b.ReportMetric(100*rates[len(rates)-1]/limit, "%peak-best")
	b.ReportMetric(limit, "peak-GFLOP/s")
}

func BenchmarkGemm(b *testing.B) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range fast(b) {
		for _, s := range [][3]int{
			{512, 384, 384}, {512, 384, 1152}, {512, 384, 1536}, {512, 1536, 384},
			{512, 768, 768}, {512, 768, 3072}, {512, 3072, 768}, {22, 384, 384},
			{22, 32, 22}, {64, 32, 64}, {128, 64, 128}, {128, 128, 64},
		} {
			rows, in, out := s[0], s[1], s[2]
			a, dst := numbers(r, rows*in), make([]float32, rows*out)
			w := packAll(l, &Weights{In: in, Out: out, Floats: numbers(r, in*out)})
			b.Run(fmt.Sprintf("%v/%dx%dx%d", l, rows, in, out), func(b *testing.B) {
				benchRate(b, l, 2*rows*in*out, func() {
					Gemm(dst, out, a, in, rows, w, 0, w.Panels(), nil)
				})
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
			for name, f := range map[string]func(){
				"exp":       func() { apply(l, funcExp, dst, x, nil) },
				"gelu":      func() { apply(l, funcGELU, dst, x, nil) },
				"geluTanh":  func() { apply(l, funcGELUTanh, dst, x, nil) },
				"tanh":      func() { apply(l, funcTanh, dst, x, nil) },
				"softmax":   func() { softmax(l, dst, n, 1, n) },
				"layerNorm": func() { layerNorm(l, dst, x, y, z, 1e-5) },
				"rotate":    func() { rotate(l, x, y[:n/2], z[:n/2]) },
			} {
				b.Run(fmt.Sprintf("%v/%s/%d", l, name, n), func(b *testing.B) {
					runtime.LockOSThread()
					defer runtime.UnlockOSThread()
					begin, runs := cpuTime(), 0
					for b.Loop() {
						f()
						runs++
					}
					b.ReportMetric(float64((cpuTime()-begin).Nanoseconds())/float64(runs*n), "ns/element")
				})
			}
		}
	}
}
