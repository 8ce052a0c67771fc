package f32

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// element returns row k of column n.
func (m *Matrix) element(k, n int) float32 {
	b, stride := m.panel(n / m.width)
	return b[k*stride+n%m.width]
}

// checkMatrix fails unless m is w, [out][in], and its padding is zero.
func checkMatrix(t *testing.T, m *Matrix, w []float32, what string) {
	t.Helper()
	for n := range m.out {
		for k := range m.in {
			if got := m.element(k, n); got != w[n*m.in+k] {
				t.Fatalf("%s: %d×%d: row %d of column %d is %g, want %g", what, m.in, m.out, k, n, got, w[n*m.in+k])
			}
		}
	}
	for p := range m.Panels() {
		used, stored := m.columns(p)
		b, _ := m.panel(p)
		for i, v := range b {
			if i%stored >= used && v != 0 {
				t.Fatalf("%s: %d×%d: padding of panel %d is %g", what, m.in, m.out, p, v)
			}
		}
	}
}

// TestPack packs the same numbers from every layout and format, whole and in
// pieces, and into memory that was used before.
func TestPack(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	for _, l := range append(fast(t), Generic) {
		reused := newMatrix(l, 300, 300)
		for range 60 {
			in, out := 1+r.IntN(70), 1+r.IntN(150)
			if r.IntN(8) == 0 {
				in += 1000
			}
			w := make([]float32, in*out)
			turned := make([]float32, in*out)
			half, brain, full := make([]byte, 2*in*out), make([]byte, 2*in*out), make([]byte, 4*in*out)
			for i := range w {
				w[i] = float32(r.IntN(255)-127) / 64 // fits every format
				turned[i%in*out+i/in] = w[i]
				binary.LittleEndian.PutUint32(full[4*i:], math.Float32bits(w[i]))
				binary.LittleEndian.PutUint16(brain[2*i:], uint16(math.Float32bits(w[i])>>16))
				binary.LittleEndian.PutUint16(half[2*i:], toHalf(w[i]))
			}
			for what, s := range map[string]*Weights{
				"rows":     {Floats: w},
				"columns":  {Floats: turned, Transposed: true},
				"float32":  {Bytes: full, Format: Float32},
				"float16":  {Bytes: half, Format: Float16},
				"bfloat16": {Bytes: brain, Format: BFloat16},
			} {
				s.In, s.Out = in, out
				checkMatrix(t, packAll(l, s), w, what)
				m := newMatrix(l, in, out)
				for lo := 0; lo < out; {
					hi := lo + 1 + r.IntN(out-lo)
					part := *s
					m.Fill(0, &part, lo, hi)
					lo = hi
				}
				checkMatrix(t, m, w, what+" in pieces")
			}
			reused.repack(l, w, in, out, in)
			checkMatrix(t, reused, w, "Repack")
			reused.repackTransposed(l, turned, out, in, out)
			checkMatrix(t, reused, w, "RepackTransposed")
		}
	}
}

// toHalf returns the half precision bits of v, which is one of its normal
// numbers or zero.
func toHalf(v float32) uint16 {
	b := math.Float32bits(v)
	if v == 0 {
		return uint16(b >> 16)
	}
	return uint16(b>>16&0x8000 | (b>>23&0xff-127+15)<<10 | b>>13&0x3ff)
}

// TestPackBeside puts two weights side by side in one matrix.
func TestPackBeside(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	w := numbers(r, 90*20)
	m := NewMatrix(20, 90)
	m.Fill(0, &Weights{In: 20, Out: 37, Floats: w[:37*20]}, 0, 37)
	m.Fill(37, &Weights{In: 20, Out: 53, Floats: w[37*20:]}, 0, 53)
	checkMatrix(t, m, w, "beside")
}

func TestRepackAllocates(t *testing.T) {
	src := make([]float32, 64*64)
	m := new(Matrix)
	m.Repack(src, 64, 64, 64)
	if n := testing.AllocsPerRun(20, func() {
		m.Repack(src, 64, 50, 32)
		m.RepackTransposed(src, 64, 40, 64)
	}); n != 0 {
		t.Errorf("a warm Repack allocates %v times", n)
	}
}

// TestSetInPieces fills a matrix with columns, and with rows, a few at a time,
// in memory of its own and in the caller's.
func TestSetInPieces(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	for range 60 {
		in, out := 1+r.IntN(70), 1+r.IntN(150)
		ld := max(in, out) + r.IntN(3)
		w, turned := numbers(r, out*ld), make([]float32, in*ld)
		want := make([]float32, 0, in*out)
		for n := range out {
			want = append(want, w[n*ld:][:in]...)
			for k := range in {
				turned[k*ld+n] = w[n*ld+k]
			}
		}
		pieces := func(n int, set func(at, n int)) {
			for at := 0; at < n; {
				size := 1 + r.IntN(n-at)
				set(at, size)
				at += size
			}
		}
		var own, over Matrix
		own.Reset(in, out)
		over.Over(make([]float32, MatrixFloats(in, out)), in, out)
		pieces(out, func(at, n int) { own.SetColumns(at, w[at*ld:], ld, n) })
		pieces(in, func(at, n int) { over.SetRows(at, turned[at*ld:], ld, n) })
		checkMatrix(t, &own, want, "columns")
		checkMatrix(t, &over, want, "rows")
	}
}
