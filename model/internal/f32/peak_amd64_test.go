//go:build !purego

package f32

// peakFloat does 12n multiply-adds of a register of level l.
func peakFloat(l Level, n int) {
	if l == AVX512 {
		floatPeakAVX512(n)
	} else {
		floatPeakAVX2(n)
	}
}

// peakInt8 does 12n steps of a register of level l.
func peakInt8(l Level, n int) {
	if l == AVX512 {
		int8PeakAVX512(n)
	} else {
		int8PeakAVX2(n)
	}
}

// peakBFloat16 does 12n steps of a register of level l, half steps with AVX2.
func peakBFloat16(l Level, n int) {
	if l == AVX512 {
		bfloat16PeakAVX512(n)
	} else {
		bfloat16PeakAVX2(n)
	}
}
