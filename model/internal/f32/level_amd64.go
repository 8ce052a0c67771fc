//go:build !purego

package f32

import "golang.org/x/sys/cpu"

// hasLevel reports whether the processor, and this build, have level l.
func hasLevel(l Level) bool {
	x := &cpu.X86
	avx2 := x.HasAVX2 && x.HasFMA && x.HasBMI2 && x.HasF16C
	switch l {
	case Generic:
		return true
	case AVX2:
		return avx2
	case AVX512:
		return avx2 && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL
	}
	return false
}
