//go:build purego || !amd64

package f32

// The peak of other processors is not measured.

func peakFloat(Level, int)    {}
func peakInt8(Level, int)     {}
func peakBFloat16(Level, int) {}
