//go:build purego || !amd64

package f32

// int8Level returns the level at which matrices of integers are multiplied:
// there is no assembly here.
func int8Level(Level) Level { return Generic }

func extent(_ Level, x []float32) (lo, hi, fault float32) { return extentGeneric(x) }

func quantize(l Level, dst []byte, x []float32, inverse, zero float32) {
	quantizeGeneric(l, dst, x, inverse, zero)
}

func (g *gemmInt8) assembly() bool { return false }
