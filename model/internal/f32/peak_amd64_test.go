//go:build !purego

package f32

// peak does n times 12 multiply-adds of a register of level l.
func peak(l Level, n int) {
	if l == AVX512 {
		peakAVX512(n)
	} else {
		peakAVX2(n)
	}
}
