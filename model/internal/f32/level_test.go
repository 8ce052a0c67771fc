package f32

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// TestRequired fails where the level that WHENCE_REQUIRE_SIMD names is not the
// one that runs, so that a check of a fast path cannot pass on a slow one.
func TestRequired(t *testing.T) {
	t.Logf("active level: %v", Active())
	if want := os.Getenv("WHENCE_REQUIRE_SIMD"); want != "" && want != Active().String() {
		t.Fatalf("level %v is active, %s is required", Active(), want)
	}
}

func TestChooseLevel(t *testing.T) {
	amd64 := func(l Level) bool { return l != NEON }
	old := func(l Level) bool { return l <= Generic }
	for _, c := range []struct {
		wish string
		has  func(Level) bool
		want Level
	}{
		{"", amd64, AVX512}, {"avx2", amd64, AVX2}, {"generic", amd64, Generic},
		{"neon", amd64, AVX512}, {"fast", amd64, AVX512}, {"avx512", old, Generic}, {"", old, Generic},
	} {
		if got := chooseLevel(c.wish, c.has); got != c.want {
			t.Errorf("WHENCE_SIMD=%q chose %v, want %v", c.wish, got, c.want)
		}
	}
}

// fast returns the levels beyond Generic that the processor has, and logs those
// it lacks.
func fast(t testing.TB) []Level {
	var have []Level
	for l := Generic + 1; l <= AVX512; l++ {
		if hasLevel(l) {
			have = append(have, l)
		} else {
			t.Logf("level %v is not here and not tested", l)
		}
	}
	return have
}

// numbers returns n of them, normal, in rows of nothing special.
func numbers(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return x
}

// guard stands around what a kernel may write.
const guard = -12345.5

// guarded returns n guard values inside a larger slice, begun at an odd offset.
func guarded(r *rand.Rand, n int) (whole, inner []float32) {
	const border = 70
	at := border + r.IntN(16)
	whole = make([]float32, at+n+border)
	for i := range whole {
		whole[i] = guard
	}
	return whole, whole[at : at+n : at+n]
}

// differ returns the first index at which x and y are not the same bits, NaN
// being one value, or -1.
func differ(x, y []float32) int {
	if len(x) != len(y) {
		return min(len(x), len(y))
	}
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(y[i]) && (x[i] == x[i] || y[i] == y[i]) {
			return i
		}
	}
	return -1
}
