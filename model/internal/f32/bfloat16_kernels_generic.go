//go:build purego || !amd64

package f32

// bfloat16Level returns the level at which matrices of bfloat16 are
// multiplied: there is no assembly here.
func bfloat16Level(Level) Level { return Generic }

func toBFloat16(_ Level, dst []uint16, x []float32) { toBFloat16Generic(dst, x) }

func (g *gemmBFloat16) assembly() bool { return false }
