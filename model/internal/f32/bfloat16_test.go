package f32

import (
	"math"
	"math/rand/v2"
	"testing"
)

// runBFloat16 returns p by bfloat16 at level l, guards and all.
func (p *randomGemm) runBFloat16(l Level, cut func(g *gemmBFloat16)) []float32 {
	whole, dst := guarded(rand.New(rand.NewPCG(9, uint64(p.in))), p.rows*p.ldd)
	w := newBFloat16Matrix(l, p.in, p.out)
	w.Fill(0, &Weights{In: p.in, Out: p.out, Floats: p.w}, 0, p.out/3)
	w.Fill(0, &Weights{In: p.in, Out: p.out, Floats: p.w}, p.out/3, p.out)
	a := new(BFloat16Rows)
	a.reset(l, p.rows, p.in)
	half := p.rows / 2
	a.Set(0, p.a, p.lda, half)
	a.Set(half, p.a[half*p.lda:], p.lda, p.rows-half)
	cut(&gemmBFloat16{product{&w.shape, dst, p.ldd, p.rows, 0, w.Panels(), &p.e}, w, a, 0})
	return whole
}

func bfloat16Whole(g *gemmBFloat16) {
	GemmBFloat16(g.dst, g.ldd, g.a, 0, g.rows, g.w, g.lo, g.hi, g.e)
}

// bfloat16Levels returns the levels beyond Generic that bfloat16 has here.
func bfloat16Levels(t testing.TB) []Level {
	var have []Level
	for _, l := range fast(t) {
		if bfloat16Level(l) == l {
			have = append(have, l)
		}
	}
	return have
}

func TestBFloat16Levels(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for i := range 250 {
		rows, in, out := 1+r.IntN(40), 1+r.IntN(150), 1+r.IntN(150)
		if i%50 == 0 {
			in += 1000
		}
		p := newRandomGemm(r, rows, in, out)
		if i%10 == 1 {
			for j := range p.a {
				p.a[j] *= []float32{1, 0, 1e-19, 1e19, 1e-40}[j%5]
			}
			for j := range p.w {
				p.w[j] *= []float32{1, 0, 1e-19, 1e19, 1e-40}[j%5]
			}
		}
		want := p.runBFloat16(Generic, bfloat16Whole)
		for _, l := range bfloat16Levels(t) {
			if i := differ(p.runBFloat16(l, bfloat16Whole), want); i >= 0 {
				t.Fatalf("%v: %d×%d×%d differs from generic at %d", l, rows, in, out, i)
			}
		}
	}
}

// TestBFloat16Splits divides rows and panels as threads do.
func TestBFloat16Splits(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	for _, l := range append(bfloat16Levels(t), Generic) {
		for range 20 {
			p := newRandomGemm(r, 1+r.IntN(60), 1+r.IntN(60), 1+r.IntN(300))
			p.e.Residual = nil
			got := p.runBFloat16(l, func(g *gemmBFloat16) {
				for i := 0; i < g.rows; {
					n := 1 + r.IntN(g.rows-i)
					for lo := 0; lo < g.w.Panels(); lo++ {
						GemmBFloat16(g.dst[i*g.ldd:], g.ldd, g.a, i, n, g.w, lo, lo+1, g.e)
					}
					i += n
				}
			})
			if i := differ(got, p.runBFloat16(l, bfloat16Whole)); i >= 0 {
				t.Errorf("%v: %d×%d×%d in pieces differs at %d", l, p.rows, p.in, p.out, i)
			}
		}
	}
}

// TestBFloat16Exact takes numbers that bfloat16 holds: the product is float32's
// but for the order of the sum, which such small integers do not see.
func TestBFloat16Exact(t *testing.T) {
	r := rand.New(rand.NewPCG(55, 56))
	const rows, in, out = 20, 77, 50
	a, w := make([]float32, rows*in), make([]float32, in*out)
	for _, x := range [][]float32{a, w} {
		for i := range x {
			x[i] = float32(r.IntN(401) - 200)
			if math.Float32bits(x[i])&0xffff != 0 {
				t.Fatal(x[i])
			}
		}
	}
	want := make([]float32, rows*out)
	m := Pack(w, out, in)
	Gemm(want, out, a, in, rows, m, 0, m.Panels(), nil)
	for _, l := range append(bfloat16Levels(t), Generic) {
		b := newBFloat16Matrix(l, in, out)
		b.Fill(0, &Weights{In: in, Out: out, Floats: w}, 0, out)
		q, got := new(BFloat16Rows), make([]float32, rows*out)
		q.reset(l, rows, in)
		q.Set(0, a, in, rows)
		GemmBFloat16(got, out, q, 0, rows, b, 0, b.Panels(), nil)
		if i := differ(got, want); i >= 0 {
			t.Errorf("%v: element %d is %g, not %g", l, i, got[i], want[i])
		}
	}
}

func TestToBFloat16(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for x, want := range map[float32]uint16{
		1: 0x3f80, -2: 0xc000, 1 + 0x1p-8: 0x3f80, 1 + 0x3p-8: 0x3f82, 1 + 0x1.01p-8: 0x3f81,
		math.MaxFloat32: 0x7f80, inf: 0x7f80, -inf: 0xff80, nan: 0x7fc0, 0x1p-127: 0, 0x1p-126: 0x0080,
	} {
		var got [1]uint16
		toBFloat16Generic(got[:], []float32{x})
		if got[0] != want {
			t.Errorf("%g is %#04x, want %#04x", x, got[0], want)
		}
	}
	r := rand.New(rand.NewPCG(57, 58))
	for _, l := range fast(t) {
		for n := range 100 {
			x := make([]float32, n)
			for i := range x {
				x[i] = math.Float32frombits(r.Uint32())
				if r.IntN(4) == 0 {
					x[i] = math.Float32frombits(r.Uint32() & 0x80ffffff)
				}
			}
			want, got := make([]uint16, n), make([]uint16, roundUp(n, registerNumbers))
			toBFloat16Generic(want, x)
			toBFloat16(l, got, x)
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("%v: %g is %#04x, not %#04x", l, x[i], got[i], want[i])
				}
			}
		}
	}
}
