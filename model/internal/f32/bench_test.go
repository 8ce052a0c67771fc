package f32

import (
	"fmt"
	"testing"
	"unsafe"
	"math/rand/v2"
)

func random(n int) []float32 {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

func BenchmarkGemm(b *testing.B) {
	for _, l := range []Level{AVX2, AVX512} {
		for _, s := range [][3]int{{512, 384, 384}, {512, 384, 1152}, {512, 384, 1536}, {512, 1536, 384}, {1024, 768, 768}, {1024, 768, 3072}, {1024, 3072, 768}, {22, 384, 384}, {22, 32, 22}, {64,32,64},{128,64,128},{128,128,64}} {
			M, K, N := s[0], s[1], s[2]
			a, dst := random(M*K), make([]float32, M*N)
			w := packAll(l, &Weights{In: K, Out: N, Floats: random(N * K)})
			b.Run(fmt.Sprintf("%v/%dx%dx%d", l, M, K, N), func(b *testing.B) {
				for b.Loop() {
					Gemm(dst, N, a, K, M, w, 0, w.Panels(), nil)
				}
				b.ReportMetric(2*float64(M*K*N)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
	_ = unsafe.Pointer(nil)
}
