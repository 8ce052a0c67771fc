package f32

import (
	"math"
	"math/rand/v2"
	"testing"
)

// runInt8 returns p by integers at level l, guards and all, its rows quantized
// in two pieces.
func (p *randomGemm) runInt8(l Level, cut func(g *gemmInt8)) []float32 {
	whole, dst := guarded(rand.New(rand.NewPCG(9, uint64(p.in))), p.rows*p.ldd)
	w := newInt8Matrix(l, p.in, p.out)
	w.Fill(0, &Weights{In: p.in, Out: p.out, Floats: p.w}, 0, p.out/3)
	w.Fill(0, &Weights{In: p.in, Out: p.out, Floats: p.w}, p.out/3, p.out)
	a := new(Int8Rows)
	a.reset(l, p.rows, p.in)
	half := p.rows / 2
	a.Set(0, p.a, p.lda, half)
	a.Set(half, p.a[half*p.lda:], p.lda, p.rows-half)
	cut(&gemmInt8{product{&w.shape, dst, p.ldd, p.rows, 0, w.Panels(), &p.e}, w, a, 0})
	return whole
}

func int8Whole(g *gemmInt8) { GemmInt8(g.dst, g.ldd, g.a, 0, g.rows, g.w, g.lo, g.hi, g.e) }

// int8Levels returns the levels beyond Generic that integers have here.
func int8Levels(t testing.TB) []Level {
	var have []Level
	for _, l := range fast(t) {
		if int8Level(l) == l {
			have = append(have, l)
		}
	}
	return have
}

func TestInt8Levels(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for i := range 250 {
		rows, in, out := 1+r.IntN(40), 1+r.IntN(150), 1+r.IntN(150)
		if i%50 == 0 {
			in += 2000
		}
		p := newRandomGemm(r, rows, in, out)
		if i%10 == 1 { // one-sided rows, rows of zeros, tiny and huge ones
			for j := range p.a {
				p.a[j] = float32(math.Abs(float64(p.a[j]))) * []float32{1, 0, 1e-30, 1e30}[j/p.lda%4]
			}
		}
		want := p.runInt8(Generic, int8Whole)
		for _, l := range int8Levels(t) {
			if i := differ(p.runInt8(l, int8Whole), want); i >= 0 {
				t.Fatalf("%v: %d×%d×%d differs from generic at %d", l, rows, in, out, i)
			}
		}
	}
}

// TestInt8Splits divides rows and panels as threads do.
func TestInt8Splits(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for _, l := range append(int8Levels(t), Generic) {
		for range 20 {
			p := newRandomGemm(r, 1+r.IntN(60), 1+r.IntN(60), 1+r.IntN(300))
			p.e.Residual = nil
			got := p.runInt8(l, func(g *gemmInt8) {
				for i := 0; i < g.rows; {
					n := 1 + r.IntN(g.rows-i)
					for lo := 0; lo < g.w.Panels(); lo++ {
						GemmInt8(g.dst[i*g.ldd:], g.ldd, g.a, i, n, g.w, lo, lo+1, g.e)
					}
					i += n
				}
			})
			if i := differ(got, p.runInt8(l, int8Whole)); i >= 0 {
				t.Errorf("%v: %d×%d×%d in pieces differs at %d", l, p.rows, p.in, p.out, i)
			}
		}
	}
}

// TestInt8Error compares with float32: a product of n terms is off by about
// its rounding times √n.
func TestInt8Error(t *testing.T) {
	r := rand.New(rand.NewPCG(45, 46))
	const rows, in, out = 30, 400, 60
	a, w := numbers(r, rows*in), numbers(r, in*out)
	want, got := make([]float32, rows*out), make([]float32, rows*out)
	m := Pack(w, out, in)
	Gemm(want, out, a, in, rows, m, 0, m.Panels(), nil)
	q, m8 := new(Int8Rows), PackInt8(w, out, in)
	q.Reset(rows, in)
	q.Set(0, a, in, rows)
	GemmInt8(got, out, q, 0, rows, m8, 0, m8.Panels(), nil)
	var errors, squares float64
	for i := range want {
		errors += math.Pow(float64(got[i]-want[i]), 2)
		squares += math.Pow(float64(want[i]), 2)
	}
	if e := math.Sqrt(errors / squares); !(e < 0.012) {
		t.Errorf("relative error %.4f", e)
	}
}

// TestInt8Exact takes numbers that integers hold exactly.
func TestInt8Exact(t *testing.T) {
	for _, l := range append(int8Levels(t), Generic) {
		a := []float32{-100, 155, 3, 0, 20}
		w := newInt8Matrix(l, 5, 2)
		w.Fill(0, &Weights{In: 5, Out: 2, Floats: []float32{127, 1, -5, 4, 2, -1, 0, 1, 254, 7}}, 0, 2)
		q := new(Int8Rows)
		q.reset(l, 1, 5)
		q.Set(0, a, 5, 1)
		got := make([]float32, 2)
		GemmInt8(got, 2, q, 0, 1, w, 0, w.Panels(), nil)
		// The second column's unit is 2: -1 and 7 round to even halves.
		want := []float32{-12700 + 155 - 15 + 40, 2 * (0 + 0 + 0 + 0 + 4*20)}
		if differ(got, want) >= 0 {
			t.Errorf("%v: got %v, want %v", l, got, want)
		}
	}
}

// TestInt8NotFinite lets no fault pass for a number.
func TestInt8NotFinite(t *testing.T) {
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for _, l := range append(int8Levels(t), Generic) {
			w := newInt8Matrix(l, 3, 2)
			w.Fill(0, &Weights{In: 3, Out: 2, Floats: []float32{1, 2, 3, 4, bad, 6}}, 0, 2)
			q := new(Int8Rows)
			q.reset(l, 2, 3)
			q.Set(0, []float32{1, 2, 3, 4, 5, bad}, 3, 2)
			got := make([]float32, 4)
			GemmInt8(got, 2, q, 0, 2, w, 0, w.Panels(), nil)
			for i, fine := range []bool{true, false, false, false} {
				if (got[i] == got[i]) != fine {
					t.Errorf("%v: with %v element %d is %v", l, bad, i, got[i])
				}
			}
		}
	}
}
