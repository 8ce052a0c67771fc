package f32

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestGemmValues works one product out by hand.
func TestGemmValues(t *testing.T) {
	a := []float32{1, 2, 3, 4, 5, 6}
	w := []float32{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1}
	e := &Epilogue{Scale: 2, Bias: []float32{1, 1, 1, -40}, Activation: ReLU, Residual: []float32{0, 0, 0, 7, 1, 1, 1, 1}}
	want := []float32{3, 5, 7, 7, 10, 12, 14, 1}
	for _, m := range []*Matrix{Pack(w, 4, 3), PackTransposed([]float32{1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}, 3, 4)} {
		dst := make([]float32, 8)
		Gemm(dst, 4, a, 3, 2, m, 0, m.Panels(), e)
		if i := differ(dst, want); i >= 0 {
			t.Errorf("got %v, want %v", dst, want)
		}
	}
}

// A randomGemm is one.
type randomGemm struct {
	rows, in, out, lda, ldd int
	a, w                    []float32
	e                       Epilogue
}

func newRandomGemm(r *rand.Rand, rows, in, out int) *randomGemm {
	p := &randomGemm{rows: rows, in: in, out: out, lda: in + r.IntN(5), ldd: out + r.IntN(5)}
	p.a, p.w = numbers(r, rows*p.lda+1)[1:], numbers(r, in*out)
	if r.IntN(2) == 0 {
		p.e.Bias = numbers(r, out+1)[1:]
	}
	if r.IntN(2) == 0 {
		p.e.Residual = numbers(r, rows*p.ldd+1)[1:]
	}
	if r.IntN(2) == 0 {
		p.e.Scale = float32(r.NormFloat64())
	}
	if r.IntN(3) == 0 {
		p.e.Activation = Activation(r.IntN(int(Tanh) + 1))
	}
	return p
}

// run returns the product at level l, guards and all, of which the offset of
// dst depends on seed alone.
func (p *randomGemm) run(l Level, cut func(g *gemm)) []float32 {
	whole, dst := guarded(rand.New(rand.NewPCG(9, uint64(p.in))), p.rows*p.ldd)
	w := packAll(l, &Weights{In: p.in, Out: p.out, Floats: p.w})
	cut(&gemm{product{&w.shape, dst, p.ldd, p.rows, 0, w.Panels(), &p.e}, w, p.a, p.lda})
	return whole
}

func gemmWhole(g *gemm) { Gemm(g.dst, g.ldd, g.a, g.lda, g.rows, g.w, g.lo, g.hi, g.e) }

func TestGemmLevels(t *testing.T) {
	levels := fast(t)
	try := func(r *rand.Rand, rows, in, out int) {
		t.Helper()
		p := newRandomGemm(r, rows, in, out)
		want := p.run(Generic, gemmWhole)
		for _, l := range levels {
			if i := differ(p.run(l, gemmWhole), want); i >= 0 {
				t.Errorf("%v: %d×%d×%d %+v differs from generic at %d", l, rows, in, out, p.e.Activation, i)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for rows := 1; rows <= 30; rows++ {
		for _, out := range []int{1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 100} {
			try(r, rows, 1+r.IntN(40), out)
		}
	}
	for range 60 {
		try(r, 1+r.IntN(80), 1+r.IntN(200), 1+r.IntN(200))
	}
	try(r, 60, 3000, 50)
}

// TestGemmSplits divides rows and panels as threads do.
func TestGemmSplits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	split := func(g *gemm) {
		for i := 0; i < g.rows; {
			n := 1 + r.IntN(g.rows-i)
			for p := 0; p < g.w.Panels(); {
				q := p + 1 + r.IntN(g.w.Panels()-p)
				e := *g.e
				if e.Residual != nil {
					e.Residual = e.Residual[i*g.ldd:]
				}
				Gemm(g.dst[i*g.ldd:], g.ldd, g.a[i*g.lda:], g.lda, n, g.w, p, q, &e)
				p = q
			}
			i += n
		}
	}
	for _, l := range append(fast(t), Generic) {
		for range 20 {
			p := newRandomGemm(r, 1+r.IntN(60), 1+r.IntN(60), 1+r.IntN(300))
			if i := differ(p.run(l, split), p.run(l, gemmWhole)); i >= 0 {
				t.Errorf("%v: %d×%d×%d in pieces differs at %d", l, p.rows, p.in, p.out, i)
			}
		}
	}
}

// TestGemmResidualInPlace adds a product to where it is written.
func TestGemmResidualInPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, l := range append(fast(t), Generic) {
		w := packAll(l, &Weights{In: 33, Out: 70, Floats: numbers(r, 33*70)})
		a, x := numbers(r, 20*33), numbers(r, 20*70)
		want := make([]float32, len(x))
		Gemm(want, 70, a, 33, 20, w, 0, w.Panels(), &Epilogue{Residual: x})
		Gemm(x, 70, a, 33, 20, w, 0, w.Panels(), &Epilogue{Residual: x})
		if i := differ(x, want); i >= 0 {
			t.Errorf("%v: in place differs at %d", l, i)
		}
	}
}

// TestGemmChains cuts sums along k: the rest goes on from where the first part
// ended, here and there in place.
func TestGemmChains(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, l := range append(fast(t), Generic) {
		for range 60 {
			rows, in, out := 1+r.IntN(30), 2+r.IntN(60), 1+r.IntN(120)
			ldd, cut := out+r.IntN(4), 1+r.IntN(in-1)
			a, w := numbers(r, rows*in), numbers(r, in*out)
			e := Epilogue{Scale: 1.5, Bias: numbers(r, out), Residual: numbers(r, rows*ldd), Activation: Activation(r.IntN(2))}
			part := func(lo, hi int, dst []float32, e *Epilogue) {
				m := packAll(l, &Weights{In: hi - lo, Out: out, Floats: w[lo*out : hi*out], Transposed: true})
				Gemm(dst, ldd, a[lo:], in, rows, m, 0, m.Panels(), e)
			}
			wantWhole, want := guarded(rand.New(rand.NewPCG(1, 1)), rows*ldd)
			gotWhole, got := guarded(rand.New(rand.NewPCG(1, 1)), rows*ldd)
			part(0, in, want, &e)
			e.From = got
			if r.IntN(2) == 0 {
				e.From = make([]float32, rows*ldd)
			}
			part(0, cut, e.From, nil)
			part(cut, in, got, &e)
			for i := range rows {
				clear(got[i*ldd+out : min((i+1)*ldd, len(got))])
				clear(want[i*ldd+out : min((i+1)*ldd, len(want))])
			}
			if i := differ(gotWhole, wantWhole); i >= 0 {
				t.Errorf("%v: %d×%d×%d cut at %d differs at %d", l, rows, in, out, cut, i)
			}
		}
	}
}

// TestGemmEmpty takes the shapes that have nothing in them.
func TestGemmEmpty(t *testing.T) {
	for _, l := range append(fast(t), Generic) {
		dst := []float32{9, 9, 9}
		w := newMatrix(l, 0, 3)
		Gemm(dst, 3, nil, 0, 1, w, 0, w.Panels(), &Epilogue{Bias: []float32{1, 2, 3}})
		if i := differ(dst, []float32{1, 2, 3}); i >= 0 {
			t.Errorf("%v: a sum over nothing is %v", l, dst)
		}
		Gemm(nil, 3, nil, 0, 0, w, 0, w.Panels(), nil)
		none := newMatrix(l, 4, 0)
		Gemm(nil, 0, []float32{1, 2, 3, 4}, 4, 1, none, 0, none.Panels(), nil)
	}
}

// TestGemmAllocates holds products to reusing what they have.
func TestGemmAllocates(t *testing.T) {
	const rows, in, out = 30, 40, 50
	r := rand.New(rand.NewPCG(61, 62))
	a, w, dst := numbers(r, rows*in), numbers(r, in*out), make([]float32, rows*out)
	m, m8, m16 := Pack(w, out, in), PackInt8(w, out, in), PackBFloat16(w, out, in)
	q8, q16 := new(Int8Rows), new(BFloat16Rows)
	e := &Epilogue{Activation: GELU, Residual: dst, Bias: a}
	if n := testing.AllocsPerRun(20, func() {
		Gemm(dst, out, a, in, rows, m, 0, m.Panels(), e)
		q8.Reset(rows, in)
		q8.Set(0, a, in, rows)
		GemmInt8(dst, out, q8, 0, rows, m8, 0, m8.Panels(), e)
		q16.Reset(rows, in)
		q16.Set(0, a, in, rows)
		GemmBFloat16(dst, out, q16, 0, rows, m16, 0, m16.Panels(), e)
		SoftmaxRows(dst, out, rows, out)
		LayerNorm(dst[:in], a[:in], w[:in], nil, 1e-5)
	}); n != 0 {
		t.Errorf("warm kernels allocate %v times", n)
	}
}

func TestFMA(t *testing.T) {
	for _, c := range []struct{ x, y, z, want float32 }{
		{1 + 0x1p-12, 1 + 0x1p-12, 0x1p-60, 1 + 0x1p-11 + 0x1p-23}, // just above a tie
		{1 + 0x1p-12, 1 + 0x1p-12, -0x1p-60, 1 + 0x1p-11},          // just below it
		{1 + 0x1p-12, 1 + 0x1p-12, 0, 1 + 0x1p-11},                 // on it: to even
		{0x1p-75, 0x1p-75, 0x1p-127, 0x1p-127},                     // a tie of subnormals
		{0x1p-75, 0x1.000002p-75, 0x1p-127, 0x1p-127 + 0x1p-149},   // above it
		{0x1p-149, 0x1p-149, 0x1p-127 + 0x1p-149, 0x1p-127 + 0x1p-149},
		{2, 3, -6, 0},
	} {
		if got := fma(c.x, c.y, c.z); math.Float32bits(got) != math.Float32bits(c.want) {
			t.Errorf("fma(%v, %v, %v) = %v, want %v", c.x, c.y, c.z, got, c.want)
		}
	}
}
